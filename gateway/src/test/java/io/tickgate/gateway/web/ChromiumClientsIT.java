package io.tickgate.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/** Chromium's own clients, and socket.io-client in its page, go through the table of scenarios. */
final class ChromiumClientsIT {
    private static final List<String> CLIENTS = List.of("websocket", "eventsource", "socketio-websocket",
            "socketio-polling", "socketio-upgrade");

    /** What the script is told: whom to run, and the protocol that streams have to come over. */
    private record Told(String chromium, ClientRun run, String protocol) {}

    @TestFactory
    List<DynamicNode> passWithOneLoop() {
        return runAll("http/1.1", () -> ClientRun.gateway(1, ""));
    }

    @TestFactory
    List<DynamicNode> passWithThreeLoops() {
        return runAll("http/1.1", () -> ClientRun.gateway(3, ""));
    }

    @TestFactory
    List<DynamicNode> passOverTls(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        return runAll("h2", () -> ClientRun.gatewayWithTls(certificate, 3));
    }

    private static List<DynamicNode> runAll(String protocol, Supplier<GatewayFixture> start) {
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = start.get()) {
                return runClients(chromium, gateway, protocol);
            }
        });
    }

    private static List<DynamicNode> runClients(String chromium, GatewayFixture gateway, String protocol) {
        List<DynamicNode> clients = new ArrayList<>();
        for (String client : CLIENTS) {
            WebSockets before = WebSockets.openedAt(gateway);
            Told told = new Told(chromium, ClientRun.of(client, gateway), protocol);
            clients.add(dynamicContainer(client, NodeScript.client("chromium-clients.mjs", told).runAsTests(client)));
            if (client.endsWith("websocket") || client.endsWith("upgrade")) {
                WebSockets opened = WebSockets.openedAt(gateway).since(before);
                clients.add(dynamicTest(client + " opens its WebSockets over " + protocol,
                        () -> opened.assertOnly(protocol)));
            }
        }
        return clients;
    }

    /** How many the gateway has counted over each version of HTTP: the browser chooses by itself (RFC 8441). */
    private record WebSockets(double overHttp1, double overHttp2) {
        static WebSockets openedAt(GatewayFixture gateway) {
            return new WebSockets(gateway.metric("tickgate_websockets_opened_total{http=\"1.1\"}"),
                    gateway.metric("tickgate_websockets_opened_total{http=\"2\"}"));
        }

        WebSockets since(WebSockets before) {
            return new WebSockets(overHttp1 - before.overHttp1, overHttp2 - before.overHttp2);
        }

        void assertOnly(String protocol) {
            boolean overStreams = protocol.equals("h2");
            assertThat(overStreams ? overHttp2 : overHttp1).isPositive();
            assertThat(overStreams ? overHttp1 : overHttp2).isZero();
        }
    }
}
