package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.session.Subscription;

/** One loop's subscribers of one channel, and where the channel stands for them. Owned by the loop's shard. */
final class Room {
    private static final Subscription[] NOBODY = {};

    private final String channel;
    private final Kind kind;
    /** Commands that wait until the room is open or refused. */
    private final List<PendingSubscribe> waiting = new ArrayList<>(1);
    private Subscription[] subscriptions = NOBODY;
    private int size;
    private Topic topic;
    private long seq;
    private Publication lastValue;
    private boolean live;

    Room(String channel, Kind kind) {
        this.channel = channel;
        this.kind = kind;
    }

    String channel() {
        return channel;
    }

    Kind kind() {
        return kind;
    }

    List<PendingSubscribe> waiting() {
        return waiting;
    }

    boolean isOpen() {
        return topic != null;
    }

    void open(ShardEvent.RoomOpened opened) {
        topic = opened.topic();
        seq = opened.seq();
        lastValue = opened.lastValue();
        live = opened.live();
    }

    Topic topic() {
        return topic;
    }

    /** The seq of the last entry that came through the mailbox. */
    long seq() {
        return seq;
    }

    /** The last publication, null if there is none. */
    Publication lastValue() {
        return lastValue;
    }

    /** Whether the broker had confirmed the channel, rather than being away. */
    boolean isLive() {
        return live;
    }

    void setLive(boolean live) {
        this.live = live;
    }

    boolean isAbandoned() {
        return size == 0 && waiting.isEmpty();
    }

    int size() {
        return size;
    }

    /** Takes a publication and collects it for every subscriber. */
    void deliver(Publication publication, TurnOutput output) {
        seq = publication.seq();
        lastValue = publication;
        for (int i = size - 1; i >= 0; i--) {
            output.deliver(subscriptions[i].session(), publication);
        }
        output.delivered(publication, size);
    }

    /** Takes note of seqs that did not come. */
    void skipTo(long to) {
        seq = to;
    }

    Subscription subscription(int index) {
        return subscriptions[index];
    }

    void add(Subscription subscription) {
        if (size == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, Math.max(2, size + (size >> 1)));
        }
        subscription.index = size;
        subscriptions[size++] = subscription;
    }

    void remove(Subscription subscription) {
        Subscription last = subscriptions[--size];
        subscriptions[size] = null;
        if (last != subscription) {
            subscriptions[subscription.index] = last;
            last.index = subscription.index;
        }
        subscription.index = -1;
    }
}
