package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.Tally;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

/** One loop's rooms and who is in them. A room is there as long as somebody is in it or waits for it. Owned by the shard. */
final class Rooms {
    private final int shard;
    private final DispatcherPort dispatcher;
    private final LoopMetrics metrics;
    private final Intervals intervals;
    private final Snapshots snapshots;
    private final Consumer<Session> onBehind;
    private final Consumer<Session> onChanged;
    private final Map<String, Room> byChannel = new HashMap<>();
    private final Tally total = new Tally(null);
    /** Closed rooms, until all that was written to their members is taken, or they are gone. */
    private final List<Room> settling = new ArrayList<>();
    private int subscriptions;

    /**
     * @param shard the loop's number
     * @param onBehind told of a session that has to be brought forward
     * @param onChanged told of a session whose subscriptions have changed, or that starts again at one
     */
    Rooms(int shard, DispatcherPort dispatcher, LoopMetrics metrics, Intervals intervals, Snapshots snapshots,
            Consumer<Session> onBehind, Consumer<Session> onChanged) {
        this.shard = shard;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.intervals = intervals;
        this.snapshots = snapshots;
        this.onBehind = onBehind;
        this.onChanged = onChanged;
    }

    // ---- rooms

    Collection<Room> all() {
        return byChannel.values();
    }

    /** The room of a subscription. */
    Room of(Subscription subscription) {
        return byChannel.get(subscription.channel());
    }

    /** The open room of a topic, or null: a room that closed and opened again is of another life of the channel. */
    Room of(Topic topic) {
        Room room = byChannel.get(topic.name());
        return room == null || room.topic() != topic ? null : room;
    }

    /** Whether the room is still there, rather than closed and maybe opened anew. */
    boolean isCurrent(Room room) {
        return byChannel.get(room.channel()) == room;
    }

    /** The channel's room, asked for at the dispatcher if it's new. */
    Room open(String channel, Kind kind) {
        Room room = byChannel.get(channel);
        if (room == null) {
            room = new Room(channel, kind, new Tally(total));
            byChannel.put(channel, room);
            metrics.set(Gauge.ROOMS, byChannel.size());
            dispatcher.join(shard, room);
        }
        return room;
    }

    /** The dispatcher has refused it. @return whether it was still there */
    boolean remove(Room room) {
        boolean removed = byChannel.remove(room.channel(), room);
        metrics.set(Gauge.ROOMS, byChannel.size());
        return removed;
    }

    void closeIfAbandoned(Room room) {
        if (room.isAbandoned() && remove(room)) {
            dispatcher.leave(shard, room);
            if (room.isOpen()) {
                settling.add(room);
            }
        }
    }

    /** What became of a channel's updates here, in the room that is open and in those whose last updates are on their way. */
    Account account(String channel) {
        Room open = byChannel.get(channel);
        Account account = open == null ? Account.NONE : open.account();
        for (Room room : settling) {
            account = room.channel().equals(channel) ? account.plus(room.account()) : account;
        }
        return account;
    }

    /** Every so often, between turns: leaves the accounts of closed rooms to the dispatcher once they are final. */
    void settle() {
        settling.removeIf(room -> {
            if (room.isSettled()) {
                dispatcher.settled(room.topic(), room.account());
            }
            return room.isSettled();
        });
    }

    /** Every so often: what became of all updates, for the metrics. */
    void report() {
        metrics.set(Counter.UPDATES_DUE, total.due());
        metrics.set(Counter.UPDATES_DELIVERED, total.delivered());
        metrics.set(Counter.UPDATES_CONFLATED, total.conflated());
        metrics.set(Counter.UPDATES_GAPPED, total.gapped());
        metrics.set(Counter.UPDATES_ABANDONED, total.abandoned());
    }

    // ---- members

    /** Joins a session to a room as somebody that has everything up to {@code from}. */
    Subscription subscribe(Session session, Room room, long from, int intervalMs) {
        Subscription subscription = new Subscription(session, room.channel());
        subscription.intervalMs = intervalMs;
        session.add(subscription);
        room.add(subscription, from);
        metrics.set(Gauge.SUBSCRIPTIONS, ++subscriptions);
        placed(room, subscription);
        return subscription;
    }

    /** The session's place in a room; null if it has none, or is still to get the last value that it begins with. */
    Subscription entered(Session session, Room room) {
        return snapshots.isOwed(session, room.topic()) ? null : session.subscription(room.channel());
    }

    /** Has a subscription go on after {@code from}, whatever it has got already. */
    void restart(Subscription subscription, Room room, long from) {
        snapshots.forget(subscription.session(), room.topic());
        room.restart(subscription, from);
        placed(room, subscription);
    }

    void setInterval(Subscription subscription, Room room, int intervalMs) {
        room.setInterval(subscription, intervalMs);
        placed(room, subscription);
    }

    /** The seqs up to one will not come; whoever calls tells the session. */
    void skip(Subscription subscription, Room room, long to) {
        room.tally().addGapped(to - subscription.seq);
        subscription.seq = to;
        room.settle(subscription);
    }

    private void placed(Room room, Subscription subscription) {
        onChanged.accept(subscription.session());
        if (subscription.intervalMs > 0) {
            intervals.add(room, subscription.intervalMs);
        } else if (subscription.set() == room.behind()) {
            onBehind.accept(subscription.session());
        }
    }

    /** Takes all of a session's subscriptions out of step: it is given no more for now. */
    void hold(Session session) {
        for (Subscription subscription : session.subscriptions()) {
            Room room = of(subscription);
            if (subscription.set() == room.inStep()) {
                room.hold(subscription);
            }
        }
    }

    /** Has a session get what it asked for at intervals as fast as its connection takes it. */
    void endIntervals(Session session) {
        for (Subscription subscription : session.subscriptions()) {
            if (subscription.intervalMs > 0) {
                setInterval(subscription, of(subscription), 0);
            }
        }
    }

    /** Begins another life of a room's channel. @return everyone in it */
    List<Subscription> renew(Room room, ShardEvent.RoomRenewed renewed) {
        List<Subscription> members = room.renew(renewed);
        members.forEach(member -> snapshots.forget(member.session(), renewed.old()));
        return members;
    }

    /** Takes a session out of its room, which closes after the last one. */
    void leave(Subscription subscription) {
        Room room = of(subscription);
        snapshots.forget(subscription.session(), room.topic());
        room.remove(subscription);
        onChanged.accept(subscription.session());
        metrics.set(Gauge.SUBSCRIPTIONS, --subscriptions);
        closeIfAbandoned(room);
    }

    /** Takes back what a session was to get in this turn beyond a beginning that was written: its connection takes no more. */
    void takeBack(Session session, Run run, Run written) {
        for (Run update = run; update != written; update = update.before()) {
            takeBack(session, update.last(), update.tally());
        }
        onBehind.accept(session);
    }

    /** Takes back one update that a session was to get in this turn. */
    void takeBack(Session session, Publication publication, Tally tally) {
        Subscription subscription = session.subscription(publication.topic().name());
        Room room = subscription == null ? null : of(publication.topic());
        if (room == null) {
            tally.addAbandoned(1);
        } else {
            room.takeBack(subscription, publication.seq());
        }
    }

    /**
     * The number before the first entry that a session lacks on any of its channels, or {@code number} if it lacks none. Where that
     * entry is gone and the session was not told so yet, it is a number of which the history says so.
     */
    long reached(Session session, long number) {
        long reached = snapshots.reached(session, number);
        for (Subscription subscription : session.subscriptions()) {
            Room room = of(subscription);
            long position = room.position(subscription);
            if (position < room.seq()) {
                reached = Math.min(reached, nextNumber(room, position) - 1);
            }
        }
        return reached;
    }

    /**
     * The node-wide number of what a member that stands at a seq gets next; of what is gone, the last number that is. Whoever
     * comes back with a lower number is given it, or told that it is gone.
     */
    static long nextNumber(Room room, long position) {
        List<Publication> values = room.kind().mode() == DeliveryMode.LATEST
                ? room.lastValues().after(position)
                : List.of();
        long value = values.isEmpty() ? Long.MAX_VALUE : values.getFirst().number();
        if (!values.isEmpty() && room.gapSeq() <= position) {
            return value;
        }
        Entry next = room.history().after(position);
        boolean isGone = next == null || next.from() > position + 1;
        return Math.min(value, isGone ? room.history().droppedNumber() : next.number());
    }

    /** The node-wide number of a gap: whoever resumes before it is told of it again. */
    long number(ServerMessage.Gap gap) {
        Room room = byChannel.get(gap.channel());
        if (room == null) {
            return 0;
        }
        return gap.reason() == GapReason.EPOCH ? room.history().bornNumber() : nextNumber(room, gap.from() - 1);
    }
}
