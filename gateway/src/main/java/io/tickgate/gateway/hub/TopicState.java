package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.Topic;

/** Where a channel stands: its counter, its history and last values, which shards want it. Owned by the dispatcher. */
final class TopicState {
    final Topic topic;
    final History history;
    final LastValues lastValues;
    /** Judges the publisher's own numbers; null where the gateway numbers. */
    final PublisherSequence publisher;
    /** Of the last entry, publication or gap. */
    long seq;
    /** What became of the updates in rooms that have closed. */
    Account closedRooms = Account.NONE;
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
    /** When it is given up, if no shard wants it. */
    long giveUpNanos;

    record Waiter(int shard, Room room) {}

    TopicState(Topic topic, History history) {
        this.topic = topic;
        this.history = history;
        this.lastValues = new LastValues(topic.kind());
        this.publisher = topic.kind().seqField() == null ? null : new PublisherSequence();
    }

    /** Goes on as another life of the same channel. */
    void takeOver(TopicState old, long lastSeq) {
        seq = lastSeq;
        asked = old.asked;
        confirmed = old.confirmed;
        shards = old.shards;
        waiters.addAll(old.waiters);
        closedRooms = old.closedRooms;
    }

    boolean isWanted() {
        return shards != 0 || !waiters.isEmpty();
    }
}
