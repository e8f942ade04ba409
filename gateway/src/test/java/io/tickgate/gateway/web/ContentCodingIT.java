package io.tickgate.gateway.web;

import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

import io.tickgate.gateway.GatewayFixture;

/** Node and Chromium ask for what is compressed as they do by themselves, and read what was meant. */
final class ContentCodingIT {

    /** What the script is told. */
    private record Told(String chromium, String url, String apiKey, String run) {}

    @TestFactory
    List<DynamicNode> readWhatWasMeant() {
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = ClientRun.gateway(3, "")) {
                ClientRun run = ClientRun.of("coded", gateway);
                Told told = new Told(chromium, run.url(), run.apiKey(), run.run());
                return OutsideRun.client("content-coding.mjs", told).runAsTests("content codings");
            }
        });
    }
}
