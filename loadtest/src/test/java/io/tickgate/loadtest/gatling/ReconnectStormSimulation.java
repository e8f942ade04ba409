package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.rendezVous;

import java.time.Duration;

import io.gatling.javaapi.core.Assertion;

/**
 * All WebSocket users are there, all are cut at the same instant, and all come back at once and subscribe again. More than 99 of 100
 * come back at the first try, and all but 1 of 100 within 5 s. Properties: {@link Settings}.
 */
public final class ReconnectStormSimulation extends PublishingSimulation {
    private static final String RECONNECT = "WebSocket reconnect";

    public ReconnectStormSimulation() {
        setUp(users("WebSocket",
                WebSocketUser.connect("WebSocket connect")
                        .exec(WebSocketUser.subscribe(), rendezVous(Settings.USERS), pause(Duration.ofSeconds(5)),
                                WebSocketUser.leave(), exec(WebSocketUser.connect(RECONNECT)),
                                WebSocketUser.subscribe(), WebSocketUser.leave()))
                .injectOpen(rampUsers(Settings.USERS).during(Settings.RAMP)).protocols(http1()))
                .assertions(new Assertion[]{details(RECONNECT).successfulRequests().percent().gt(99.0),
                        details(RECONNECT).responseTime().percentile(99).lt(5_000)});
    }
}
