package io.tickgate.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

final class PrometheusTextTest {
    private final LoopMetrics metrics = new LoopMetrics();
    private final Telemetry telemetry = new Telemetry(List.of(metrics));

    @Test
    void writesEveryCounterAndGaugeWithItsMeaning() {
        List<String> lines = scrape();
        for (Counter counter : Counter.values()) {
            String label = counter.label().isEmpty() ? "" : "{" + counter.label() + "}";
            assertThat(lines).contains("tickgate_" + counter.metric() + "_total" + label + " 0.0",
                    "# HELP tickgate_" + counter.metric() + "_total " + firstMeaning(counter),
                    "# TYPE tickgate_" + counter.metric() + "_total counter");
        }
        for (Gauge gauge : Gauge.values()) {
            assertThat(lines).contains("tickgate_" + gauge.metric() + " 0.0",
                    "# TYPE tickgate_" + gauge.metric() + " gauge");
        }
        assertThat(lines).anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
    }

    @Test
    void tellsWhatIsOpenFromWhatWasOpenedAndClosed() {
        metrics.add(Counter.SESSIONS_OPENED_SSE, 5);
        metrics.add(Counter.SESSIONS_CLOSED_SSE, 2);
        metrics.add(Counter.CONNECTIONS_ACCEPTED, 9);
        metrics.add(Counter.CONNECTIONS_CLOSED, 1);
        assertThat(scrape()).contains("tickgate_sessions{transport=\"sse\"} 3.0",
                "tickgate_sessions{transport=\"websocket\"} 0.0", "tickgate_connections 8.0");
    }

    @Test
    void countsEachLatencyInAllBucketsThatReachIt() {
        metrics.recordIngestToFlush(TimeUnit.MILLISECONDS.toNanos(3), 10);
        metrics.recordIngestToFlush(TimeUnit.SECONDS.toNanos(30), 1);
        telemetry.sample();
        assertThat(scrape()).contains("tickgate_ingest_to_flush_seconds_bucket{le=\"0.0025\"} 0",
                "tickgate_ingest_to_flush_seconds_bucket{le=\"0.005\"} 10",
                "tickgate_ingest_to_flush_seconds_bucket{le=\"10.0\"} 10",
                "tickgate_ingest_to_flush_seconds_bucket{le=\"60.0\"} 11",
                "tickgate_ingest_to_flush_seconds_bucket{le=\"+Inf\"} 11",
                "tickgate_ingest_to_flush_seconds_count 11");
    }

    private List<String> scrape() {
        return new String(new PrometheusText(telemetry).scrape(), StandardCharsets.UTF_8).lines().toList();
    }

    /** Counters of one metric share the first one's. */
    private static String firstMeaning(Counter counter) {
        for (Counter each : Counter.values()) {
            if (each.metric().equals(counter.metric())) {
                return each.meaning();
            }
        }
        throw new AssertionError(counter);
    }
}
