package io.tickgate.gateway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.GatewayFixture;

/** The Autobahn test suite, a fuzzing client of RFC 6455, against {@code /echo}: {@code mvn verify -Pconformance}. */
@Tag("conformance")
final class AutobahnIT {
    /** Where the profile puts the suite, which is written in Python, and what runs it. */
    private static final Path SUITE = Path.of("target/conformance/autobahn");
    private static final String AGENT = "tickgate";
    /** All that this release of the suite has: none of permessage-deflate. */
    private static final int CASES = 301;
    private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");
    private static final long PATIENCE_MINUTES = 40;

    private static final String RUN = """
            import sys
            sys.argv = ['wstest', '-m', 'fuzzingclient', '-s', 'spec.json']
            from autobahntestsuite.wstest import run
            run()
            """;

    @Test
    void passes(@TempDir Path directory) throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start("--conformance", "true")) {
            run(directory, gateway);
        }
        JsonNode cases = new ObjectMapper().readTree(directory.resolve("reports/index.json").toFile()).path(AGENT);
        List<String> failed = new ArrayList<>();
        List<String> lenient = new ArrayList<>();
        cases.properties().forEach(entry -> {
            String behavior = entry.getValue().path("behavior").asText();
            String close = entry.getValue().path("behaviorClose").asText();
            if (!PASSED.contains(behavior) || !PASSED.contains(close)) {
                failed.add(entry.getKey() + " " + behavior + ", its close " + close);
            } else if (!behavior.equals("OK")) {
                lenient.add(entry.getKey() + " " + behavior);
            }
        });
        System.out.println("Autobahn: " + cases.size() + " cases, " + failed.size() + " failed, "
                + lenient.size() + " informational or not strict " + lenient);
        assertThat(failed).as("failed cases of Autobahn").isEmpty();
        assertThat(cases.size()).as("cases that were run").isEqualTo(CASES);
    }

    private static void run(Path directory, GatewayFixture gateway) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("spec.json"), """
                {"outdir": "reports", "servers": [{"agent": "%s", "url": "%s", "options": {"version": 18}}],
                 "cases": ["*"], "exclude-cases": [], "exclude-agent-cases": {}}
                """.formatted(AGENT, gateway.webSocketUri("/echo")));
        Path said = directory.resolve("said.txt");
        Process suite = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g", "-Dpython.cachedir.skip=true", "-cp", classPath(), "org.python.util.jython", "-c", RUN)
                .directory(directory.toFile()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            boolean ended = suite.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
            assertThat(ended && suite.exitValue() == 0).as(() -> "the suite ends by itself:\n" + last(said)).isTrue();
        } finally {
            suite.destroyForcibly();
        }
    }

    private static String classPath() throws IOException {
        try (Stream<Path> jars = Files.list(SUITE)) {
            return jars.map(jar -> jar.toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static String last(Path said) {
        try {
            List<String> lines = Files.readAllLines(said, UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException unread) {
            return unread.toString();
        }
    }
}
