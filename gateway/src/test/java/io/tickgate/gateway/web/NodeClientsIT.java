package io.tickgate.gateway.web;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.RedisFixture;

/** npm's clients go through the table of scenarios, with a real Redis behind the gateway. */
final class NodeClientsIT {
    private static final List<String> CLIENTS = List.of("ws", "eventsource", "http2", "longpoll",
            "socketio-websocket", "socketio-polling", "socketio-upgrade", "socketio3-websocket", "socketio3-polling",
            "socketio3-upgrade", "socketio2-websocket", "socketio2-polling", "socketio2-upgrade");
    private static RedisFixture redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisFixture.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @TestFactory
    List<DynamicNode> passWithOneLoop() {
        return runAll(1);
    }

    @TestFactory
    List<DynamicNode> passWithThreeLoops() {
        return runAll(3);
    }

    private static List<DynamicNode> runAll(int loops) {
        return OutsideProgram.testsInNode(() -> runClients(loops));
    }

    private static List<DynamicNode> runClients(int loops) {
        List<DynamicNode> clients = new ArrayList<>();
        try (GatewayFixture gateway = ClientRun.gateway(loops, redis.uri())) {
            gateway.awaitHealth("up");
            for (String client : CLIENTS) {
                ClientRun run = ClientRun.of(client, gateway);
                clients.add(dynamicContainer(client, OutsideRun.client("npm-clients.mjs", run).runAsTests(client)));
            }
        }
        return clients;
    }
}
