package io.tickgate.gateway.web;

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
    List<DynamicNode> passOverTlsWithThreeLoops(@TempDir Path directory) throws Exception {
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
            OpenedWebSockets before = OpenedWebSockets.at(gateway);
            Told told = new Told(chromium, ClientRun.of(client, gateway), protocol);
            clients.add(dynamicContainer(client, OutsideRun.client("chromium-clients.mjs", told).runAsTests(client)));
            if (client.endsWith("websocket") || client.endsWith("upgrade")) {
                OpenedWebSockets opened = OpenedWebSockets.at(gateway).since(before);
                clients.add(dynamicTest(client + " opens its WebSockets over " + protocol,
                        () -> opened.assertOnly(protocol)));
            }
        }
        return clients;
    }
}
