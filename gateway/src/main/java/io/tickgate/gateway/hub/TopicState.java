package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;

/** Where a channel stands: its counter, its last value, which shards want it. Owned by the dispatcher. */
final class TopicState {
    final Topic topic;
    /** Of the last entry, publication or gap. */
    long seq;
    Publication lastValue;
    /** Whether the broker was asked for it, or follows it unasked. */
    boolean asked;
    /** Whether the broker has confirmed the subscription and was not away since. */
    boolean confirmed;
    /** Whether the broker was away since somebody was told where the channel stands: a gap comes before what follows. */
    boolean interrupted;
    /** Shards it flows to, a bit each. */
    long shards;
    /** Rooms that are told once the broker has confirmed. */
    final List<Waiter> waiters = new ArrayList<>(1);
    /** Since when no shard wants it, if none does. */
    long idleSinceNanos;

    record Waiter(int shard, Room room) {}

    TopicState(Topic topic) {
        this.topic = topic;
    }

    boolean isWanted() {
        return shards != 0 || !waiters.isEmpty();
    }
}
