package io.tickgate.gateway.hub;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Kind;

/**
 * All channels' histories together, which hold at most {@code historyBytes}: beyond that the least recently used one goes,
 * whole. Used means published to or joined. Owned by the dispatcher.
 */
final class Histories {
    private final long maxBytes;
    private final Clock clock;
    private final LoopMetrics metrics;
    /** Those that hold something, the least recently used first. */
    private final Map<History, History> byUse = new LinkedHashMap<>(16, 0.75f, true);
    /** Those that hold something, by the age that their kind allows. */
    private final Map<Integer, DeadlineQueue<History>> byAge = new HashMap<>();
    private long bytes;

    Histories(long maxBytes, Clock clock, LoopMetrics metrics) {
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * A channel's history, empty.
     *
     * @param number the node-wide number as of now
     */
    History open(Kind kind, long number) {
        DeadlineQueue<History> ages = byAge.computeIfAbsent(kind.historyMs(),
                ms -> new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(ms)));
        return new History(kind.historyEntries(), kind.historyMs(), number, ages);
    }

    /** Adds the channel's youngest entry. */
    void append(History history, Entry entry) {
        bytes += history.append(entry);
        byUse.put(history, history);
        history.ages().start(history, entry.ingestNanos());
        if (bytes > maxBytes) {
            evictLeastUsed();
        }
        metrics.set(Gauge.HISTORY_BYTES, bytes);
    }

    /** Somebody has joined the channel. */
    void use(History history) {
        byUse.get(history);
    }

    /** The channel is given up. */
    void close(History history) {
        if (byUse.remove(history) != null) {
            history.ages().remove(history);
            evict(history);
            metrics.set(Gauge.HISTORY_BYTES, bytes);
        }
    }

    /** Every so often: drops what nobody published to for longer than its kind keeps it. */
    void tick() {
        long now = clock.nanos();
        for (DeadlineQueue<History> ages : byAge.values()) {
            for (History aged = ages.pollDue(now); aged != null; aged = ages.pollDue(now)) {
                byUse.remove(aged);
                evict(aged);
            }
        }
        metrics.set(Gauge.HISTORY_BYTES, bytes);
    }

    private void evictLeastUsed() {
        for (Iterator<History> oldest = byUse.keySet().iterator(); bytes > maxBytes && oldest.hasNext();) {
            evict(oldest.next());
            oldest.remove();
            metrics.increment(Counter.HISTORIES_EVICTED);
        }
    }

    private void evict(History history) {
        bytes -= history.clear();
    }
}
