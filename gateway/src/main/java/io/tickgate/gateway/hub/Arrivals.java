package io.tickgate.gateway.hub;

import java.util.List;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

/** Takes what the dispatcher sends to one loop out of its mailbox, in order, and brings it to the rooms. Owned by the shard. */
final class Arrivals {
    /** What is taken per turn, so that a flood leaves time for reads and timers. */
    private static final int ENTRIES_PER_TURN = 8_192;

    private final Shard shard;
    private final Mailbox mailbox;
    private final Rooms rooms;
    private final CatchUp catchUp;
    private final Intervals intervals;
    private final Replay replay;
    private final Confirmations confirmations;
    private final TurnOutput output;
    private final LoopMetrics metrics;
    private long turn;
    private long number;

    Arrivals(Shard shard, Mailbox mailbox, Rooms rooms, CatchUp catchUp, Intervals intervals, Replay replay,
            Confirmations confirmations,
            TurnOutput output, LoopMetrics metrics) {
        this.shard = shard;
        this.mailbox = mailbox;
        this.rooms = rooms;
        this.catchUp = catchUp;
        this.intervals = intervals;
        this.replay = replay;
        this.confirmations = confirmations;
        this.output = output;
        this.metrics = metrics;
    }

    /** The node-wide number up to which this loop has taken everything. */
    long number() {
        return number;
    }

    /** Takes a turn's worth. @return whether there may be more */
    boolean take() {
        turn++;
        for (int i = 0; i < ENTRIES_PER_TURN && !output.isEnough(); i++) {
            Object next = mailbox.poll();
            if (next == null) {
                return false;
            }
            take(next);
        }
        return true;
    }

    /** Takes all that there is, so that nobody who comes from another loop is ahead of this one. */
    void takeAll() {
        for (int ahead = mailbox.size(); ahead > 0; ahead--) {
            take(mailbox.poll());
        }
    }

    /** Takes from a room's history what the dispatcher holds back from this loop. */
    void takeHeldBack(Room room) {
        Entry newest = mailbox.isHolding() ? room.history().newest() : null;
        if (newest != null && newest.seq() > room.seq()) {
            room.takeFromHistory(newest);
            catchUp.enqueue(room);
        }
    }

    private void take(Object next) {
        switch (next) {
            case null -> {
                // Somebody else has taken it meanwhile, on the way.
            }
            case Entry entry -> onEntry(entry);
            case ShardEvent event -> onEvent(event);
            default -> throw new AssertionError("neither an entry nor an event");
        }
    }

    private void onEntry(Entry entry) {
        number = Math.max(number, entry.number());
        Room room = rooms.of(entry.topic());
        if (room == null || entry.seq() <= room.seq()) {
            return;
        }
        room.take(entry);
        if (room.isHistoryRunningOut()) {
            intervals.serveEarly(room);
        }
        if (catchUp.isWithinShare(room, turn)) {
            switch (entry) {
                case Publication publication -> room.deliver(publication, output);
                case Gap gap -> replay.announce(room, gap);
            }
        }
    }

    private void onEvent(ShardEvent event) {
        switch (event) {
            case ShardEvent.RoomOpened opened -> {
                number = Math.max(number, opened.number());
                if (rooms.isCurrent(opened.room())) {
                    opened.room().open(opened);
                    confirmations.roomOpened(opened.room());
                }
            }
            case ShardEvent.RoomRefused refused -> {
                if (rooms.remove(refused.room())) {
                    confirmations.roomRefused(refused);
                }
            }
            case ShardEvent.RoomLost lost -> onLost(lost);
            case ShardEvent.Missed missed -> onMissed(missed);
            case ShardEvent.RoomRenewed renewed -> onRenewed(renewed);
            case ShardEvent.UpstreamChanged changed -> {
                for (Room room : rooms.all()) {
                    room.setLive(changed.up());
                }
                shard.upstreamChanged(new ServerMessage.Status(changed.up(), changed.sinceMs()));
            }
        }
    }

    /** Everyone in the room has left it, and is told so. */
    private void onLost(ShardEvent.RoomLost lost) {
        Room room = rooms.of(lost.topic());
        if (room == null) {
            return;
        }
        for (Subscription member : room.members()) {
            Session session = member.session();
            session.remove(room.channel());
            rooms.leave(member);
            shard.send(session, new ServerMessage.Unsubscribed(null, List.of(room.channel()),
                    ErrorCode.UNAVAILABLE.word()));
        }
    }

    /** The room goes on from the history. */
    private void onMissed(ShardEvent.Missed missed) {
        number = Math.max(number, missed.number());
        Room room = rooms.of(missed.newest().topic());
        if (room != null && missed.newest().seq() > room.seq()) {
            room.takeFromHistory(missed.newest());
            room.setLastValues(missed.lastValues());
            catchUp.enqueue(room);
        }
    }

    /** Everyone in the room is told that nothing of what it has leads to what comes. */
    private void onRenewed(ShardEvent.RoomRenewed renewed) {
        number = Math.max(number, renewed.number());
        Room room = rooms.of(renewed.old());
        if (room == null) {
            return;
        }
        for (Subscription member : rooms.renew(room, renewed)) {
            shard.send(member.session(), new ServerMessage.Gap(room.channel(), 0, 0, GapReason.EPOCH));
            metrics.increment(Counter.GAPS);
            Entrance entrance = new Entrance(room, room.seq(), null, List.of(), null);
            shard.send(member.session(),
                    new ServerMessage.Subscribed(null, List.of(entrance.joined(member.intervalMs)), List.of()));
        }
    }
}
