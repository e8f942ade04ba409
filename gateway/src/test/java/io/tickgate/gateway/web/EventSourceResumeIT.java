package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/** Chromium's own EventSource comes back by itself after its line was cut, and misses nothing. */
final class EventSourceResumeIT {

    /** What the script is told. */
    private record Told(String chromium, String url, String apiKey, String run) {}

    @TestFactory
    List<DynamicNode> passWithOneLoop() {
        return runAll(1);
    }

    @TestFactory
    List<DynamicNode> passWithThreeLoops() {
        return runAll(3);
    }

    private static List<DynamicNode> runAll(int loops) {
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = ClientRun.gateway(loops, "", "--sse-retry-ms", "100")) {
                ClientRun run = ClientRun.of("cut", gateway);
                Told told = new Told(chromium, run.url(), run.apiKey(), run.run());
                return OutsideRun.client("eventsource-resume.mjs", told).runAsTests("EventSource");
            }
        });
    }
}
