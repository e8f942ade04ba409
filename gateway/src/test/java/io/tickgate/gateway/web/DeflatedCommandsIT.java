package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/** npm's and Chromium's own WebSockets agree to permessage-deflate, and what they deflate is understood. */
final class DeflatedCommandsIT {

    /** What the script is told; without Chromium it runs npm's clients. */
    private record Told(String chromium, String url, String apiKey, String jwtSecret, String run) {}

    @TestFactory
    List<DynamicNode> ofNpmsClients() {
        return OutsideProgram.testsInNode(() -> run(null));
    }

    @TestFactory
    List<DynamicNode> ofChromiumsClients() {
        return OutsideProgram.testsInChromium(DeflatedCommandsIT::run);
    }

    private static List<DynamicNode> run(String chromium) {
        try (GatewayFixture gateway = ClientRun.gateway(3, "")) {
            ClientRun run = ClientRun.of("deflated", gateway);
            Told told = new Told(chromium, run.url(), run.apiKey(), run.jwtSecret(), run.run());
            return List.copyOf(OutsideRun.client("deflated-commands.mjs", told).runAsTests("permessage-deflate"));
        }
    }
}
