package io.tickgate.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoopMetrics one = new LoopMetrics();
    private final LoopMetrics two = new LoopMetrics();
    private final Telemetry telemetry = new Telemetry(List.of(one, two));

    @Test
    void addsUpWhatAllLoopsCounted() {
        one.add(Counter.DELIVERIES, 3);
        two.increment(Counter.DELIVERIES);
        one.set(Gauge.ROOMS, 5);
        two.set(Gauge.ROOMS, 2);
        assertThat(telemetry.total(Counter.DELIVERIES)).isEqualTo(4);
        assertThat(telemetry.total(Gauge.ROOMS)).isEqualTo(7);
        assertThat(telemetry.total(Counter.GAPS)).isZero();
    }

    @Test
    void everyCounterAndGaugeHasACellOfItsOwn() {
        for (Counter counter : Counter.values()) {
            one.add(counter, 1 + counter.ordinal());
        }
        for (Gauge gauge : Gauge.values()) {
            one.set(gauge, 1_000 + gauge.ordinal());
        }
        for (Counter counter : Counter.values()) {
            assertThat(one.get(counter)).isEqualTo(1 + counter.ordinal());
        }
        for (Gauge gauge : Gauge.values()) {
            assertThat(one.get(gauge)).isEqualTo(1_000 + gauge.ordinal());
        }
    }

    @Test
    void ratesAreThoseOfTheLastTenSeconds() {
        assertThat(telemetry.perSecond(Counter.DELIVERIES)).isZero();
        telemetry.sample();
        assertThat(telemetry.perSecond(Counter.DELIVERIES)).isZero();
        for (int second = 0; second < 3; second++) {
            one.add(Counter.DELIVERIES, 100);
            telemetry.sample();
        }
        assertThat(telemetry.perSecond(Counter.DELIVERIES)).as("as much as has passed").isEqualTo(100);
        for (int second = 0; second < 30; second++) {
            two.add(Counter.DELIVERIES, 7);
            telemetry.sample();
        }
        assertThat(telemetry.perSecond(Counter.DELIVERIES)).isEqualTo(7);
    }

    @Test
    void latenciesAreKeptForTheWindowAndForAll() {
        one.recordIngestToFlush(1 * MS, 10);
        two.recordIngestToFlush(9 * MS, 1);
        telemetry.sample();
        Histogram recent = telemetry.ingestToFlush().recent();
        assertThat(recent.getTotalCount()).isEqualTo(11);
        assertThat(recent.getMaxValue()).isCloseTo(9 * MS, withPercentage(2));
        for (int second = 0; second < Telemetry.WINDOW_SECONDS; second++) {
            telemetry.sample();
        }
        assertThat(telemetry.ingestToFlush().recent().getTotalCount()).isZero();
        assertThat(telemetry.ingestToFlush().total().getTotalCount()).isEqualTo(11);
    }

    @Test
    void whatIsOutOfRangeIsRecordedAtItsEnd() {
        one.recordPublishToFlush(-5 * MS, 1);
        one.recordPublishToFlush(Long.MAX_VALUE, 1);
        telemetry.sample();
        Histogram total = telemetry.publishToFlush().total();
        assertThat(total.getTotalCount()).isEqualTo(2);
        assertThat(total.getMaxValue()).isCloseTo(LoopMetrics.MAX_LATENCY_NANOS, withPercentage(2));
    }
}
