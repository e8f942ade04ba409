package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;

import java.time.Duration;

/** WebSocket users who subscribe, see an update, and unsubscribe, twice a second. Properties: {@link Settings}. */
public final class SubscribeChurnSimulation extends PublishingSimulation {

    public SubscribeChurnSimulation() {
        setUp(users("WebSocket",
                WebSocketUser.connect("WebSocket connect")
                        .exec(exec(during(Settings.STAY).on(WebSocketUser.subscribe(), WebSocketUser.unsubscribe(),
                                pause(Duration.ofMillis(500)))), WebSocketUser.leave()))
                .injectOpen(rampUsers(Settings.USERS).during(Settings.RAMP)).protocols(http1()))
                .assertions(thresholds());
    }
}
