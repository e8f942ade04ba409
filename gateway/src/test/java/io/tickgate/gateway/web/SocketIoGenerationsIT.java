package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/**
 * What Socket.IO clients of every generation get to see of tokens and endings, by every way; and python-socketio of updates too.
 * npm's go through the table of scenarios besides, see {@link NodeClientsIT}.
 */
final class SocketIoGenerationsIT {

    /** What Python's script is told. */
    private record Told(String table, String url, String apiKey, String run, String token) {}

    @TestFactory
    List<DynamicNode> npmsClientsWithOneLoop() {
        return npmsClients(1);
    }

    @TestFactory
    List<DynamicNode> npmsClientsWithThreeLoops() {
        return npmsClients(3);
    }

    @TestFactory
    List<DynamicNode> pythonsClientsWithOneLoop() {
        return pythonsClients(1);
    }

    @TestFactory
    List<DynamicNode> pythonsClientsWithThreeLoops() {
        return pythonsClients(3);
    }

    private static List<DynamicNode> npmsClients(int loops) {
        return OutsideProgram.testsInNode(() -> {
            try (GatewayFixture gateway = ClientRun.gateway(loops, "")) {
                return OutsideRun.client("socketio-rights.mjs", ClientRun.of("rights", gateway))
                        .runAsTests("a gateway of " + loops + " loops");
            }
        });
    }

    private static List<DynamicNode> pythonsClients(int loops) {
        return OutsideProgram.testsWith(List.of(OutsideProgram.PYTHON), () -> {
            try (GatewayFixture gateway = GatewayFixture.start("--loops", String.valueOf(loops))) {
                Told told = new Told("push", gateway.uri("").toString(), GatewayFixture.API_KEY, "python",
                        gateway.token("ann"));
                return OutsideRun.python("socketio_clients.py", told).runAsTests("a gateway of " + loops + " loops");
            }
        });
    }
}
