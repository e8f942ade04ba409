package io.tickgate.gateway.web;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.ExpectedLog;
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
    List<DynamicNode> showsWhatIsPublishedOverEachTransport() {
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = demo("")) {
                return script(chromium, gateway, "transports", null).runAsTests("transports");
            }
        });
    }

    @TestFactory
    @ExpectedLog("^Redis .*trying again")
    List<DynamicNode> saysThatItIsStaleWhileRedisIsAway() {
        return OutsideProgram.testsInChromium(chromium -> {
            try (RedisFixture redis = RedisFixture.started(); GatewayFixture gateway = demo(redis.uri())) {
                gateway.awaitHealth("up");
                return script(chromium, gateway, "outage", null).serving("stop Redis", redis::stop)
                        .serving("start Redis", redis::start).runAsTests("outage");
            }
        });
    }

    /** The README's picture: {@code mvn verify -Dit.test=DashboardIT -Dtickgate.screenshot=docs/dashboard.png}. */
    @TestFactory
    @EnabledIfSystemProperty(named = SCREENSHOT, matches = ".+")
    List<DynamicNode> makesAPicture() {
        String file = Path.of(System.getProperty(SCREENSHOT)).toAbsolutePath().toString();
        return OutsideProgram.testsInChromium(chromium -> {
            try (GatewayFixture gateway = demo("")) {
                return script(chromium, gateway, "screenshot", file).runAsTests("picture");
            }
        });
    }

    private static GatewayFixture demo(String redis) {
        return GatewayFixture.start("--demo", "true", "--redis", redis, "--loops", "3", "--jwt-secret", "",
                "--api-key", "");
    }

    private static OutsideRun script(String chromium, GatewayFixture gateway, String part, String file) {
        return OutsideRun.client("dashboard.mjs", new Told(chromium, gateway.uri("").toString(), part, file));
    }
}
