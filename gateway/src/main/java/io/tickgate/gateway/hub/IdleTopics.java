package io.tickgate.gateway.hub;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.model.Kind;

/**
 * Channels that no shard wants, until they are given up: after the linger time, and not before their history has grown old, so
 * that a client that was alone and comes back misses nothing. Owned by the dispatcher.
 */
final class IdleTopics {
    private final int lingerMs;
    private final TreeSet<TopicState> nextFirst = new TreeSet<>(
            Comparator.comparingLong((TopicState state) -> state.giveUpNanos)
                    .thenComparing(state -> state.topic.name()));

    IdleTopics(int lingerMs) {
        this.lingerMs = lingerMs;
    }

    void add(TopicState state, long nowNanos) {
        Kind kind = state.topic.kind();
        boolean hasHistory = kind.historyEntries() > 0 && state.seq > 0;
        int ms = hasHistory ? Math.max(lingerMs, kind.historyMs()) : lingerMs;
        state.giveUpNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(ms);
        nextFirst.add(state);
    }

    void remove(TopicState state) {
        nextFirst.remove(state);
    }

    /** Takes out one that is to be given up, or null; the broker has been asked for it. */
    TopicState pollDue(long nowNanos) {
        if (nextFirst.isEmpty() || !nextFirst.first().asked || nowNanos - nextFirst.first().giveUpNanos < 0) {
            return null;
        }
        return nextFirst.pollFirst();
    }
}
