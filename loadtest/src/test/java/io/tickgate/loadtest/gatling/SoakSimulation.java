package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.rampConcurrentUsers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatling.javaapi.core.PopulationBuilder;

/**
 * The same number of users of all transports for a long time, {@code soak} minutes (10), each of whom leaves after {@code duration}
 * seconds and is followed by another: what leaks with a connection shows in the gateway's memory. Properties: {@link Settings}.
 */
public final class SoakSimulation extends PublishingSimulation {
    private static final Duration SOAK = Duration.ofMinutes(Integer.getInteger("soak", 10));

    public SoakSimulation() {
        List<PopulationBuilder> populations = new ArrayList<>();
        for (TransportUsers users : TransportUsers.all()) {
            populations.add(users.scenario()
                    .injectClosed(rampConcurrentUsers(0).to(users.share()).during(Settings.RAMP),
                            constantConcurrentUsers(users.share()).during(SOAK))
                    .protocols(users.protocol()));
        }
        setUp(populations).assertions(thresholds());
    }
}
