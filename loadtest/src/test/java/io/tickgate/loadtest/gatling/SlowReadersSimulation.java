package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.rampUsers;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * WebSocket users as ever, beside {@code slow} connections (a tenth of the users) that subscribe to all channels and read nothing:
 * the users must not notice. Properties: {@link Settings}.
 */
public final class SlowReadersSimulation extends PublishingSimulation {
    private static final int SLOW = Integer.getInteger("slow", Math.max(1, Settings.USERS / 10));

    private StalledReaders stalled;

    public SlowReadersSimulation() {
        setUp(users("WebSocket", WebSocketUser.connect("WebSocket connect").exec(WebSocketUser.subscribe(),
                WebSocketUser.stay(), WebSocketUser.leave()))
                .injectOpen(rampUsers(Settings.USERS).during(Settings.RAMP)).protocols(http1()))
                .assertions(thresholds());
    }

    @Override
    public void before() {
        try {
            stalled = StalledReaders.connect(Settings.TARGET, SLOW, Settings.CHANNELS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        super.before();
    }

    @Override
    public void after() {
        super.after();
        stalled.close();
    }
}
