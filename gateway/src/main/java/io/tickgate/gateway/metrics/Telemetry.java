package io.tickgate.gateway.metrics;

import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * What all loops counted and timed, added up: totals since the start, and rates and latencies of the last seconds. Sampled
 * once a second by one loop; read by any thread.
 */
public final class Telemetry {
    /** Over how many samples rates and recent latencies go. */
    public static final int WINDOW_SECONDS = 10;

    private static final Counter[] COUNTERS = Counter.values();

    private final List<LoopMetrics> loops;
    private final Latency ingestToFlush = new Latency();
    private final Latency publishToFlush = new Latency();
    private final Latency turn = new Latency();
    private final long[][] samples = new long[WINDOW_SECONDS + 1][COUNTERS.length];
    private int sampled;

    public Telemetry(List<LoopMetrics> loops) {
        this.loops = List.copyOf(loops);
    }

    public long total(Counter counter) {
        long sum = 0;
        for (LoopMetrics loop : loops) {
            sum += loop.get(counter);
        }
        return sum;
    }

    public long total(Gauge gauge) {
        long sum = 0;
        for (LoopMetrics loop : loops) {
            sum += loop.get(gauge);
        }
        return sum;
    }

    /** From ingest to the flush of the turn that delivered it, in nanoseconds. */
    public Latency ingestToFlush() {
        return ingestToFlush;
    }

    /** From the publisher's own time to the flush, in nanoseconds; only where publications bear one. */
    public Latency publishToFlush() {
        return publishToFlush;
    }

    /** How long a turn of a loop's fan-out held the loop, in nanoseconds. */
    public Latency turn() {
        return turn;
    }

    /** Takes a sample; to be called once a second. */
    public synchronized void sample() {
        long[] row = samples[sampled++ % samples.length];
        for (int i = 0; i < COUNTERS.length; i++) {
            row[i] = total(COUNTERS[i]);
        }
        ingestToFlush.beginSecond();
        publishToFlush.beginSecond();
        turn.beginSecond();
        for (LoopMetrics loop : loops) {
            ingestToFlush.add(loop.ingestToFlush().next());
            publishToFlush.add(loop.publishToFlush().next());
            turn.add(loop.turn().next());
        }
    }

    /** How often per second, over the window or as much of it as has passed. */
    public synchronized double perSecond(Counter counter) {
        int seconds = Math.min(sampled - 1, WINDOW_SECONDS);
        if (seconds <= 0) {
            return 0;
        }
        long now = samples[(sampled - 1) % samples.length][counter.ordinal()];
        long then = samples[(sampled - 1 - seconds) % samples.length][counter.ordinal()];
        return (now - then) / (double) seconds;
    }

    /** One latency: all of it since the start, and the window's. Any thread. */
    public static final class Latency {
        private final Histogram total = new Histogram(1_000, LoopMetrics.MAX_LATENCY_NANOS, 2);
        private final Histogram[] seconds = new Histogram[WINDOW_SECONDS];
        private int second;

        private Latency() {
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = new Histogram(1_000, LoopMetrics.MAX_LATENCY_NANOS, 2);
            }
        }

        private synchronized void beginSecond() {
            second = (second + 1) % seconds.length;
            seconds[second].reset();
        }

        private synchronized void add(Histogram interval) {
            total.add(interval);
            seconds[second].add(interval);
        }

        /** A copy of all since the start. */
        public synchronized Histogram total() {
            return total.copy();
        }

        /** A copy of the window's. */
        public synchronized Histogram recent() {
            Histogram sum = new Histogram(1_000, LoopMetrics.MAX_LATENCY_NANOS, 2);
            for (Histogram each : seconds) {
                sum.add(each);
            }
            return sum;
        }
    }
}
