package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.metrics.Telemetry;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;

final class TurnLatencyTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoopMetrics metrics = new LoopMetrics();
    private final Telemetry telemetry = new Telemetry(List.of(metrics));
    private final TurnLatency latency = new TurnLatency(metrics);

    @Test
    void everyDeliveryOfATurnIsAsOldAsItsLastFlush() {
        latency.delivered(publication(10 * MS, Publication.NO_AGE), 100);
        latency.delivered(publication(14 * MS, 2 * MS), 3);
        latency.flushed(15 * MS);
        telemetry.sample();
        Histogram ingest = telemetry.ingestToFlush().total();
        assertThat(ingest.getTotalCount()).isEqualTo(103);
        assertThat(ingest.getMaxValue()).isCloseTo(5 * MS, withPercentage(2));
        Histogram publish = telemetry.publishToFlush().total();
        assertThat(publish.getTotalCount()).as("only of those that bear a time").isEqualTo(3);
        assertThat(publish.getMaxValue()).isCloseTo(3 * MS, withPercentage(2));
    }

    @Test
    void aPublisherWhoseClockIsAheadIsNotNegative() {
        latency.delivered(publication(10 * MS, -50 * MS), 1);
        latency.flushed(11 * MS);
        telemetry.sample();
        assertThat(telemetry.publishToFlush().total().getMaxValue()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void countsNothingTwiceAndNothingNobodyGot() {
        latency.delivered(publication(0, Publication.NO_AGE), 0);
        for (int i = 0; i < 1_000; i++) {
            latency.delivered(publication(0, Publication.NO_AGE), 1);
        }
        latency.flushed(MS);
        latency.flushed(2 * MS);
        telemetry.sample();
        assertThat(telemetry.ingestToFlush().total().getTotalCount()).isEqualTo(1_000);
    }

    private static Publication publication(long ingestNanos, long ageNanos) {
        Topic topic = new Topic("trade:a", SampleKinds.named("trade"), "e");
        return new Publication(topic, 1, 1, new byte[0], ingestNanos, 0, ageNanos);
    }
}
