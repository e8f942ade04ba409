package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/** Real clients that share compressed streams, some of them joining late, get each update once and whole. */
final class CompressedStreamsIT {

    /** What the script is told; without Chromium it runs the others. */
    private record Told(String chromium, String url, String apiKey, String jwtSecret, String run) {}

    @TestFactory
    List<DynamicNode> ofNodeAndCurl() {
        return OutsideProgram.testsInNode(() -> run(null));
    }

    @TestFactory
    List<DynamicNode> ofChromium() {
        return OutsideProgram.testsInChromium(CompressedStreamsIT::run);
    }

    /** One loop, so that all share. */
    private static List<DynamicNode> run(String chromium) {
        try (GatewayFixture gateway = ClientRun.gateway(1, "", "--keyframe-blocks", "20")) {
            ClientRun run = ClientRun.of("compressed", gateway);
            Told told = new Told(chromium, run.url(), run.apiKey(), run.jwtSecret(), run.run());
            return List.copyOf(OutsideRun.client("compressed-streams.mjs", told).runAsTests("compressed streams"));
        }
    }
}
