package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;

/** Ever more WebSocket users come per second, subscribe, and stay. Properties: {@link Settings}. */
public final class ConnectRampSimulation extends PublishingSimulation {

    public ConnectRampSimulation() {
        // Half of what comes at the end is what comes on average.
        double last = 2.0 * Settings.USERS / Settings.RAMP.toSeconds();
        setUp(users("WebSocket", WebSocketUser.connect("WebSocket connect").exec(WebSocketUser.subscribe(),
                WebSocketUser.stay(), WebSocketUser.leave()))
                .injectOpen(rampUsersPerSec(0).to(last).during(Settings.RAMP)).protocols(http1()))
                .assertions(thresholds());
    }
}
