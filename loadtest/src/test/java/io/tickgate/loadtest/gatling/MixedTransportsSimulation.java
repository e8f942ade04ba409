package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.rampUsers;

import java.util.ArrayList;
import java.util.List;

import io.gatling.javaapi.core.PopulationBuilder;

/**
 * Users of all transports connect, subscribe to one of ten prices, see updates arrive, stay, look again, and leave. Properties:
 * {@link Settings}.
 */
public final class MixedTransportsSimulation extends PublishingSimulation {

    public MixedTransportsSimulation() {
        List<PopulationBuilder> populations = new ArrayList<>();
        for (TransportUsers users : TransportUsers.all()) {
            populations.add(
                    users.scenario().injectOpen(rampUsers(users.share()).during(Settings.RAMP))
                            .protocols(users.protocol()));
        }
        setUp(populations).assertions(thresholds());
    }
}
