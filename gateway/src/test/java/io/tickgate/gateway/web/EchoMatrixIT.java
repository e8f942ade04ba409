package io.tickgate.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/**
 * Socket.IO and Engine.IO clients of every language and generation get back what they send to a gateway in conformance mode, by
 * every way. docs/conformance.md has the table of what passes.
 */
final class EchoMatrixIT {
    /** The jars of the Java client for Engine.IO 3, which has the same packages as the one for Engine.IO 4. */
    private static final Path JAVA_CLIENT_1 = Path.of("target/socket.io-client-1");

    /** What a script is told; without an address npm's clients run against the reference server. */
    private record Told(String table, String url) {}

    /** What Chromium's script is told, with the protocol that requests have to come over. */
    private record ToldPage(String chromium, String url, String protocol) {}

    @TestFactory
    List<DynamicNode> npmsClientsWithOneLoop() {
        return npmsClients(1);
    }

    @TestFactory
    List<DynamicNode> npmsClientsWithThreeLoops() {
        return npmsClients(3);
    }

    /** What fails here is the matrix's own fault. */
    @TestFactory
    List<DynamicNode> npmsClientsWithTheReferenceServer() {
        return OutsideProgram.testsInNode(() -> OutsideRun.client("socketio-matrix.mjs", new Told("echo", null))
                .runAsTests("the reference server"));
    }

    @TestFactory
    List<DynamicNode> pythonsClients() {
        return OutsideProgram.testsWith(List.of(OutsideProgram.PYTHON), () -> withGateway(3,
                gateway -> OutsideRun.python("socketio_clients.py", told(gateway))));
    }

    @TestFactory
    List<DynamicNode> javasClientOfEngineIo4() {
        return withGateway(3, gateway -> OutsideRun.java(System.getProperty("java.class.path"),
                JavaSocketIoClients.class, gateway.uri("").toString(), "4"));
    }

    @TestFactory
    List<DynamicNode> javasClientOfEngineIo3() throws URISyntaxException {
        assertThat(JAVA_CLIENT_1).as("jars that the build copies").matches(Files::isDirectory);
        Path classes = Path.of(EchoMatrixIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String classPath = String.join(File.pathSeparator, classes.toString(), JAVA_CLIENT_1 + "/*");
        return withGateway(3, gateway -> OutsideRun.java(classPath, JavaSocketIoClients.class,
                gateway.uri("").toString(), "3"));
    }

    /** Their browser's bundles take other paths than in Node, as for binary in polls of Engine.IO 3. */
    @TestFactory
    List<DynamicNode> npmsClientsInChromiumOverTls(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = GatewayFixture.startWithTls(certificate, echoFlags(3))) {
                ToldPage told = new ToldPage(chromium, gateway.uri("").toString(), "h2");
                List<DynamicNode> tests = new ArrayList<>(
                        OutsideRun.client("chromium-matrix.mjs", told).runAsTests("Chromium over HTTP/2"));
                OpenedWebSockets opened = OpenedWebSockets.at(gateway);
                tests.add(dynamicTest("WebSockets over HTTP/2", () -> opened.assertOnly("h2")));
                return tests;
            }
        });
    }

    private static List<DynamicNode> npmsClients(int loops) {
        return OutsideProgram.testsInNode(() -> withGateway(loops,
                gateway -> OutsideRun.client("socketio-matrix.mjs", told(gateway))
                        .serving("stop", () -> gateway.stop().join())));
    }

    private static Told told(GatewayFixture gateway) {
        return new Told("echo", gateway.uri("").toString());
    }

    private static List<DynamicNode> withGateway(int loops, Function<GatewayFixture, OutsideRun> run) {
        try (GatewayFixture gateway = echoing(loops)) {
            return List.copyOf(run.apply(gateway).runAsTests("a gateway of " + loops + " loops"));
        }
    }

    private static GatewayFixture echoing(int loops) {
        return GatewayFixture.start(echoFlags(loops));
    }

    /** Conformance mode, with heartbeats often enough to be waited for. */
    private static String[] echoFlags(int loops) {
        return new String[]{"--loops", String.valueOf(loops), "--conformance", "true", "--ping-interval", "1000",
                "--ping-timeout", "30000"};
    }
}
