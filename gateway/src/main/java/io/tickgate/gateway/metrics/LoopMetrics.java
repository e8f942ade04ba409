package io.tickgate.gateway.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * The counters and histograms of one event loop. Written by that loop alone and read by anybody, so that counting costs a
 * plain add and no contention.
 */
public final class LoopMetrics {
    /** Latencies above this are recorded as this. */
    public static final long MAX_LATENCY_NANOS = 3_600_000_000_000L;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNTERS = Counter.values().length;
    private static final int GAUGES = Gauge.values().length;
    /** Counters and their neighbours of another loop's array never share a cache line. */
    private static final int PADDING = 16;

    /** Counters, then gauges. */
    private final long[] cells = new long[PADDING + COUNTERS + GAUGES + PADDING];
    private final Recording ingestToFlush = new Recording();
    private final Recording publishToFlush = new Recording();
    private final Recording turn = new Recording();

    /** Adds one; owner loop only. */
    public void increment(Counter counter) {
        add(counter, 1);
    }

    /** Adds; owner loop only. */
    public void add(Counter counter, long amount) {
        int cell = PADDING + counter.ordinal();
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    /** Sets what this loop has counted elsewhere; owner loop only. */
    public void set(Counter counter, long count) {
        CELL.setOpaque(cells, PADDING + counter.ordinal(), count);
    }

    /** The count as of now; any thread. */
    public long get(Counter counter) {
        return (long) CELL.getOpaque(cells, PADDING + counter.ordinal());
    }

    /** Sets what this loop has of it; owner loop only. */
    public void set(Gauge gauge, long value) {
        CELL.setOpaque(cells, PADDING + COUNTERS + gauge.ordinal(), value);
    }

    /** What this loop has of it as of now; any thread. */
    public long get(Gauge gauge) {
        return (long) CELL.getOpaque(cells, PADDING + COUNTERS + gauge.ordinal());
    }

    /** Records that {@code deliveries} updates were flushed so long after ingest; owner loop only. */
    public void recordIngestToFlush(long nanos, long deliveries) {
        ingestToFlush.recorder.recordValueWithCount(clamp(nanos), deliveries);
    }

    /** Records that {@code deliveries} updates were flushed so long after the publisher's own time; owner loop only. */
    public void recordPublishToFlush(long nanos, long deliveries) {
        publishToFlush.recorder.recordValueWithCount(clamp(nanos), deliveries);
    }

    /** Records how long a turn held the loop; owner loop only. */
    public void recordTurn(long nanos) {
        turn.recorder.recordValue(clamp(nanos));
    }

    Recording turn() {
        return turn;
    }

    Recording ingestToFlush() {
        return ingestToFlush;
    }

    Recording publishToFlush() {
        return publishToFlush;
    }

    /** Times that one thread records and another takes away second by second, in two histograms that take turns. */
    static final class Recording {
        private final SingleWriterRecorder recorder = new SingleWriterRecorder(1_000, MAX_LATENCY_NANOS, 2);
        private Histogram taken;

        /** What was recorded since the last call; valid until the next one. One thread at a time. */
        Histogram next() {
            taken = recorder.getIntervalHistogram(taken);
            return taken;
        }
    }

    private static long clamp(long nanos) {
        return Math.clamp(nanos, 0, MAX_LATENCY_NANOS);
    }
}
