package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatling.javaapi.core.PopulationBuilder;

/** A tenth of the users is there when the others come, all within a second. Properties: {@link Settings}. */
public final class SpikeSimulation extends PublishingSimulation {
    private static final Duration CALM = Duration.ofSeconds(10);

    public SpikeSimulation() {
        List<PopulationBuilder> populations = new ArrayList<>();
        for (TransportUsers users : TransportUsers.all()) {
            int first = Math.max(1, users.share() / 10);
            populations.add(users.scenario()
                    .injectOpen(rampUsers(first).during(Settings.RAMP), nothingFor(CALM),
                            rampUsers(Math.max(1, users.share() - first)).during(Duration.ofSeconds(1)))
                    .protocols(users.protocol()));
        }
        setUp(populations).assertions(thresholds());
    }
}
