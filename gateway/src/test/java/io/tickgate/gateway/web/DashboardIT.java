package io.tickgate.gateway.web;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.RedisFixture;

/** The dashboard in Chromium, with the demo feed: what a person at the screen sees. */
final class DashboardIT {
    private static final String SCREENSHOT = "tickgate.screenshot";

    /**
     * What the script is told.
     *
     * @param file where a picture goes, or null
     */
    private record Told(String chromium, String url, String part, String file) {}

    @TestFactory
    List<DynamicTest> showsWhatIsPublishedOverEachTransport() {
        try (GatewayFixture gateway = demo("")) {
            return script(gateway, "transports", null).runAsTests();
        }
    }

    @TestFactory
    List<DynamicTest> saysThatItIsStaleWhileRedisIsAway() {
        try (RedisFixture redis = RedisFixture.started(); GatewayFixture gateway = demo(redis.uri())) {
            gateway.awaitHealth("up");
            return script(gateway, "outage", null).serving("stop Redis", redis::stop)
                    .serving("start Redis", redis::start).runAsTests();
        }
    }

    /** The README's picture: {@code mvn verify -Dit.test=DashboardIT -Dtickgate.screenshot=docs/dashboard.png}. */
    @TestFactory
    @EnabledIfSystemProperty(named = SCREENSHOT, matches = ".+")
    List<DynamicTest> makesAPicture() {
        String file = Path.of(System.getProperty(SCREENSHOT)).toAbsolutePath().toString();
        try (GatewayFixture gateway = demo("")) {
            return script(gateway, "screenshot", file).runAsTests();
        }
    }

    private static GatewayFixture demo(String redis) {
        return GatewayFixture.start("--demo", "true", "--redis", redis, "--loops", "3", "--jwt-secret", "",
                "--api-key", "");
    }

    private static NodeScript script(GatewayFixture gateway, String part, String file) {
        String chromium = OutsideProgram.CHROMIUM.place().toString();
        return NodeScript.client("dashboard.mjs", new Told(chromium, gateway.uri("").toString(), part, file));
    }
}
