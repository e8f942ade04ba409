package io.tickgate.gateway.hub;

import java.util.Comparator;
import java.util.PriorityQueue;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;

/**
 * Who stands in line to be brought forward: rooms that got more than their share of a turn, and sessions that resume or whose
 * connection takes bytes again. Everyone in line gets a slice a turn, so that neither a huge room nor a flooded one holds up
 * anybody else. Owned by the shard.
 */
final class CatchUp {
    /** Deliveries that a room gets at once in a turn; what comes beyond waits for its slices. */
    private static final int SHARE_DELIVERIES = 8_192;
    /**
     * How many deliveries a slice of a room may be: as most of it goes into a system call for each member, a flooded room gets far more
     * through if each call takes many.
     */
    private static final int SLICE_DELIVERIES = 49_152;
    /** Entries of one slice. */
    private static final int SLICE_ENTRIES = 256;

    /** A member that is owed something, and the number of what it gets next. */
    private record Owed(Room room, Subscription member, long number) {}

    private final Rooms rooms;
    private final TurnOutput output;
    private final Replay replay;
    private final Snapshots snapshots;
    private final Line<Room> roomsInLine;
    private final Line<Session> sessionsInLine;
    private boolean sessionsFirst;

    CatchUp(Rooms rooms, TurnOutput output, Replay replay, Snapshots snapshots) {
        this.rooms = rooms;
        this.output = output;
        this.replay = replay;
        this.snapshots = snapshots;
        this.roomsInLine = new Line<>(output, this::serve);
        this.sessionsInLine = new Line<>(output, this::serve);
    }

    /** Whether a room's members in step can be given one more entry at once; else the room is in line from now on. */
    boolean isWithinShare(Room room, long turn) {
        int members = room.inStep().size();
        if (!room.isLagging()) {
            int share = room.countShare(turn, members);
            // A room with more members is always served in slices.
            if (members <= Line.SLICE_MEMBERS && share <= SHARE_DELIVERIES) {
                return true;
            }
            room.setLagging(true);
        }
        enqueue(room);
        return false;
    }

    /** Puts a room in line whose members in step miss something. */
    void enqueue(Room room) {
        room.setLagging(true);
        if (!room.isInLine()) {
            room.setInLine(true);
            roomsInLine.add(room);
        }
    }

    /** Puts a session in line some of whose subscriptions are behind. */
    void enqueue(Session session) {
        if (!session.isCatchingUp() && !session.isCongested()) {
            session.setCatchingUp(true);
            sessionsInLine.add(session);
        }
    }

    /** Whether somebody is in line. */
    boolean isAwaited() {
        return !roomsInLine.isEmpty() || !sessionsInLine.isEmpty();
    }

    /**
     * Serves everyone in line once, as far as a turn allows. Rooms and sessions come first by turns, and the first gets its slice
     * however much the turn has collected already: else a busy loop would never come to the others.
     */
    void work() {
        if (!isAwaited()) {
            return;
        }
        int touchedAtMost = output.touched() + 2 * Line.SLICE_MEMBERS;
        sessionsFirst = !sessionsFirst;
        if (sessionsFirst) {
            sessionsInLine.serve(touchedAtMost, true);
            roomsInLine.serve(touchedAtMost, sessionsInLine.isEmpty());
        } else {
            roomsInLine.serve(touchedAtMost, true);
            sessionsInLine.serve(touchedAtMost, roomsInLine.isEmpty());
        }
    }

    private void serve(Room room) {
        if (sweep(room)) {
            room.setInLine(false);
        } else {
            roomsInLine.add(room);
        }
    }

    private void serve(Session session) {
        session.setCatchingUp(false);
        if (session.isOpen() && !session.isCongested() && !advance(session)) {
            enqueue(session);
        }
    }

    /** A slice of a room's members in step. @return whether they have everything */
    private boolean sweep(Room room) {
        if (room.sweepRest == 0) {
            if (room.delivered >= room.seq()) {
                return endSweeps(room);
            }
            room.sweepTarget = sliceEnd(room);
            room.sweepRest = room.inStep().size();
        }
        int to = room.sweepRest;
        int from = Math.max(0, to - Line.SLICE_MEMBERS);
        replay.advance(room, room.inStep(), from, to, room.sweepTarget);
        room.sweepRest = Math.min(from, room.inStep().size());
        if (room.sweepRest > 0) {
            return false;
        }
        room.delivered = room.sweepTarget;
        return room.delivered >= room.seq() && endSweeps(room);
    }

    private static boolean endSweeps(Room room) {
        room.setLagging(room.inStep().size() > Line.SLICE_MEMBERS);
        return true;
    }

    /** Where a slice's entries end; of {@code latest} channels it is only the newest that counts. */
    private long sliceEnd(Room room) {
        if (room.kind().mode() == DeliveryMode.LATEST) {
            return room.seq();
        }
        int members = Math.clamp(room.inStep().size(), 1, Line.SLICE_MEMBERS);
        int entries = Math.min(SLICE_ENTRIES, SLICE_DELIVERIES / members);
        // More bytes would be taken back from every member.
        long bytes = output.highWatermarkBytes() / 2;
        long end = room.delivered;
        for (int i = 0; i < entries && bytes > 0 && end < room.seq(); i++) {
            Entry next = room.history().after(end);
            if (next == null || next.from() > room.seq()) {
                return room.seq();
            }
            end = next.seq();
            bytes -= next.weightBytes();
        }
        return end;
    }

    /** The newest values first: they are few, and whoever was away waits for them. @return whether all has come */
    private boolean advance(Session session) {
        if (!snapshots.tryGiveRest(session)) {
            return false;
        }
        boolean hasNewest = session.outlet().isPoll() || jump(session);
        return advanceByNumber(session) && hasNewest;
    }

    private boolean jump(Session session) {
        boolean isDone = true;
        for (Subscription subscription : session.subscriptions()) {
            Room room = rooms.of(subscription);
            if (session.isOpen() && room.kind().mode() == DeliveryMode.LATEST) {
                if (lacksSome(room, subscription) && !replay.tryStep(room, subscription)) {
                    isDone = false;
                } else {
                    settleIfBehind(room, subscription);
                }
            }
        }
        return isDone;
    }

    /**
     * All channels in the order of the numbers, so that none waits for another's whole backlog, and wherever a poll ends it ends at
     * one number.
     *
     * @return whether all has come
     */
    private boolean advanceByNumber(Session session) {
        PriorityQueue<Owed> owed = new PriorityQueue<>(Comparator.comparingLong(Owed::number));
        for (Subscription subscription : session.subscriptions()) {
            Room room = rooms.of(subscription);
            if (session.outlet().isPoll() || room.kind().mode() == DeliveryMode.EVERY) {
                owe(room, subscription, owed);
            }
        }
        while (!owed.isEmpty() && session.isOpen()) {
            Owed first = owed.poll();
            if (!replay.tryStep(first.room(), first.member())) {
                return false;
            }
            owe(first.room(), first.member(), owed);
        }
        return true;
    }

    private static void owe(Room room, Subscription member, PriorityQueue<Owed> owed) {
        if (lacksSome(room, member)) {
            owed.add(new Owed(room, member, Rooms.nextNumber(room, member.seq)));
        } else {
            settleIfBehind(room, member);
        }
    }

    /** Whether a member that is still there is to be given more before its next interval. */
    private static boolean lacksSome(Room room, Subscription member) {
        return member.set() != null && member.seq < (member.set() == room.behind() ? room.seq() : member.dueSeq);
    }

    private static void settleIfBehind(Room room, Subscription member) {
        if (member.set() == room.behind()) {
            room.settle(member);
        }
    }

    /** Brings a session forward that is about to be sent away, as far as one turn allows. */
    void finish(Session session) {
        rooms.endIntervals(session);
        rooms.hold(session);
        advance(session);
    }
}
