package io.tickgate.gateway.admin;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.core.JsonGenerator;
import org.HdrHistogram.Histogram;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.Telemetry;
import io.tickgate.gateway.session.TransportKind;

/**
 * {@code GET /api/stats} and {@code /api/socketio/stats}: who is connected, what flows, how late it is, as JSON. Rates and
 * latencies are those of the last {@link Telemetry#WINDOW_SECONDS} seconds.
 */
public final class StatsEndpoint implements Endpoint {
    private static final double NANOS_PER_MS = 1e6;

    private final Telemetry telemetry;
    private final Set<TransportKind> transports;

    private StatsEndpoint(Telemetry telemetry, Set<TransportKind> transports) {
        this.telemetry = telemetry;
        this.transports = transports;
    }

    public static StatsEndpoint ofAll(Telemetry telemetry) {
        return new StatsEndpoint(telemetry, EnumSet.allOf(TransportKind.class));
    }

    /** The connections of Socket.IO alone. */
    public static StatsEndpoint ofSocketIo(Telemetry telemetry) {
        return new StatsEndpoint(telemetry, EnumSet.of(TransportKind.SOCKETIO));
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.respond(Response.json(200, JsonBody.of(this::write)).header("cache-control", "no-store"));
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("connections");
        long sessions = 0;
        for (TransportKind transport : transports) {
            long open = telemetry.total(transport.opened()) - telemetry.total(transport.closed());
            sessions += open;
            json.writeNumberField(transport.name().toLowerCase(Locale.ROOT), open);
        }
        json.writeNumberField("total", sessions);
        json.writeEndObject();
        json.writeNumberField("users", telemetry.total(Gauge.USERS));
        json.writeNumberField("rooms", telemetry.total(Gauge.ROOMS));
        json.writeNumberField("subscriptions", telemetry.total(Gauge.SUBSCRIPTIONS));
        json.writeNumberField("channels", telemetry.total(Gauge.CHANNELS));
        json.writeObjectFieldStart("rates");
        json.writeNumberField("publicationsPerSecond", telemetry.perSecond(Counter.PUBLICATIONS));
        json.writeNumberField("deliveriesPerSecond", telemetry.perSecond(Counter.DELIVERIES));
        json.writeNumberField("bytesPerSecond", telemetry.perSecond(Counter.DELIVERED_BYTES));
        json.writeEndObject();
        json.writeObjectFieldStart("totals");
        json.writeNumberField("publications", telemetry.total(Counter.PUBLICATIONS));
        json.writeNumberField("deliveries", telemetry.total(Counter.DELIVERIES));
        json.writeNumberField("gaps", telemetry.total(Counter.GAPS));
        writeUpdates(json);
        json.writeNumberField("slowConsumers", telemetry.total(Counter.CLOSED_SLOW));
        json.writeEndObject();
        json.writeObjectFieldStart("latencyMs");
        writeLatency(json, "ingestToFlush", telemetry.ingestToFlush());
        writeLatency(json, "publishToFlush", telemetry.publishToFlush());
        writeLatency(json, "turn", telemetry.turn());
        json.writeEndObject();
        json.writeObjectFieldStart("lastValueCache");
        json.writeNumberField("hits", telemetry.total(Counter.LAST_VALUE_HITS));
        json.writeNumberField("misses", telemetry.total(Counter.LAST_VALUE_MISSES));
        json.writeEndObject();
    }

    /** What became of all that subscribers were to get, in seqs. */
    private void writeUpdates(JsonGenerator json) throws IOException {
        long due = telemetry.total(Counter.UPDATES_DUE);
        long delivered = telemetry.total(Counter.UPDATES_DELIVERED);
        long conflated = telemetry.total(Counter.UPDATES_CONFLATED);
        long gapped = telemetry.total(Counter.UPDATES_GAPPED);
        long abandoned = telemetry.total(Counter.UPDATES_ABANDONED);
        json.writeObjectFieldStart("updates");
        json.writeNumberField("due", due);
        json.writeNumberField("delivered", delivered);
        json.writeNumberField("conflated", conflated);
        json.writeNumberField("gapped", gapped);
        json.writeNumberField("abandoned", abandoned);
        json.writeNumberField("pending", due - delivered - conflated - gapped - abandoned);
        json.writeEndObject();
    }

    private static void writeLatency(JsonGenerator json, String name, Telemetry.Latency latency) throws IOException {
        Histogram recent = latency.recent();
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", recent.getTotalCount());
        json.writeNumberField("p50", recent.getValueAtPercentile(50) / NANOS_PER_MS);
        json.writeNumberField("p99", recent.getValueAtPercentile(99) / NANOS_PER_MS);
        json.writeNumberField("p999", recent.getValueAtPercentile(99.9) / NANOS_PER_MS);
        json.writeNumberField("max", (recent.getTotalCount() == 0 ? 0 : recent.getMaxValue()) / NANOS_PER_MS);
        json.writeEndObject();
    }
}
