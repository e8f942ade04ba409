package io.tickgate.gateway.admin;

import java.util.Locale;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;

/**
 * {@code GET /health}, {@code /health/live}, {@code /health/ready}: each part's state. With the broker away the gateway
 * serves on: 200 and {@code degraded}; not ready, and 503, only before the start is complete and while draining.
 */
public final class HealthEndpoint implements Endpoint {

    /** Which question is answered. */
    public enum Probe {
        HEALTH, LIVE, READY
    }

    private final Probe probe;
    private final Lifecycle lifecycle;
    private final Broker broker;
    private final Clock clock;
    private final long startedMs;

    public HealthEndpoint(Probe probe, Lifecycle lifecycle, Broker broker, Clock clock) {
        this.probe = probe;
        this.lifecycle = lifecycle;
        this.broker = broker;
        this.clock = clock;
        this.startedMs = clock.timeMs();
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        Lifecycle.Phase phase = lifecycle.phase();
        Broker.State state = broker.state();
        boolean serving = phase == Lifecycle.Phase.RUNNING || probe == Probe.LIVE;
        byte[] body = JsonBody.of(json -> {
            json.writeStringField("status", status(phase, state));
            json.writeStringField("phase", word(phase));
            json.writeObjectFieldStart("broker");
            json.writeStringField("name", broker.name());
            json.writeStringField("status", word(state));
            json.writeEndObject();
            json.writeNumberField("uptimeMs", clock.timeMs() - startedMs);
        });
        exchange.respond(Response.json(serving ? 200 : 503, body).header("cache-control", "no-store"));
    }

    private String status(Lifecycle.Phase phase, Broker.State state) {
        if (probe == Probe.LIVE) {
            return "up";
        }
        if (phase != Lifecycle.Phase.RUNNING) {
            return word(phase);
        }
        return state == Broker.State.UP ? "up" : "degraded";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
