package io.tickgate.gateway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/**
 * All of h2spec 2.2.0, its strict part included, against the gateway in conformance mode. The build puts h2spec's jar, which
 * holds the program, into {@code target/conformance/h2spec}.
 */
@Tag("conformance")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class H2SpecIT {
    private static final Path JARS = Path.of("target", "conformance", "h2spec");
    private static final String PROGRAM = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int TESTS = 146;
    private static final int TAR_BLOCK = 512;

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "TLS {0}")
    @ValueSource(booleans = {false, true})
    void everyTestPasses(boolean hasTls) throws Exception {
        try (GatewayFixture gateway = hasTls
                ? GatewayFixture.startWithTls(Certificate.make(directory), "--conformance", "true")
                : GatewayFixture.start("--conformance", "true")) {
            List<Element> tests = run(gateway.port(), hasTls);
            List<String> failed = tests.stream().filter(test -> has(test, "error") || has(test, "failure"))
                    .map(H2SpecIT::described).toList();
            List<String> skipped = tests.stream().filter(test -> has(test, "skipped")).map(H2SpecIT::described)
                    .toList();
            System.out.printf("h2spec over %s: %d tests, %d skipped, %d failed%n", hasTls ? "TLS" : "TCP", tests.size(),
                    skipped.size(), failed.size());
            assertThat(tests).hasSize(TESTS);
            assertThat(failed).isEmpty();
            assertThat(skipped).isEmpty();
        }
    }

    /** Its report's test cases. */
    private List<Element> run(int port, boolean hasTls) throws Exception {
        Path report = directory.resolve("report.xml");
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>(
                List.of(program().toString(), "--strict", "--host", "127.0.0.1", "--port",
                        Integer.toString(port), "--timeout", "10", "--junit-report", report.toString()));
        if (hasTls) {
            command.addAll(List.of("--tls", "--insecure"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("h2spec has ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(report).as(Files.readString(output)).exists();
        NodeList cases = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile())
                .getElementsByTagName("testcase");
        List<Element> tests = new ArrayList<>();
        for (int i = 0; i < cases.getLength(); i++) {
            tests.add((Element) cases.item(i));
        }
        return tests;
    }

    private static boolean has(Element test, String outcome) {
        return test.getElementsByTagName(outcome).getLength() > 0;
    }

    private static String described(Element test) {
        return test.getAttribute("package") + ": " + test.getAttribute("classname") + ": "
                + test.getTextContent().strip();
    }

    /** Unpacks the one file of the archive. */
    private Path program() throws IOException {
        Path program = directory.resolve("h2spec");
        try (JarFile jar = new JarFile(jar().toFile());
                InputStream tar = new GZIPInputStream(jar.getInputStream(jar.getEntry(PROGRAM)))) {
            byte[] head = tar.readNBytes(TAR_BLOCK);
            assertThat(new String(head, 0, 6, UTF_8)).isEqualTo("h2spec");
            int length = Integer.parseInt(new String(head, 124, 11, UTF_8).strip(), 8);
            Files.write(program, tar.readNBytes(length));
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static Path jar() throws IOException {
        try (var files = Files.list(JARS)) {
            return files.findFirst().orElseThrow();
        }
    }
}
