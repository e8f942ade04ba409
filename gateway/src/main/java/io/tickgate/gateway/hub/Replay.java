package io.tickgate.gateway.hub;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.session.SubscriptionSet;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

/**
 * Moves members that are behind along their channel's history, as the kind's mode says: entry by entry on {@code every}
 * channels, to the newest value on {@code latest} ones. What it passes over is counted as conflated or announced as a gap.
 * Owned by the shard.
 */
final class Replay {
    /** What a transport may put around a payload, at most. */
    private static final int ENVELOPE_BYTES = 512;

    private final Shard shard;
    private final TurnOutput output;
    private final LoopMetrics metrics;

    Replay(Shard shard, TurnOutput output, LoopMetrics metrics) {
        this.shard = shard;
        this.output = output;
        this.metrics = metrics;
    }

    /**
     * Gives one member what comes next to it, on {@code latest} channels up to the newest value.
     *
     * @return whether there was room for it in this turn
     */
    boolean tryStep(Room room, Subscription member) {
        if (room.kind().mode() == DeliveryMode.LATEST) {
            return jump(room, member, true);
        }
        Entry next = room.history().after(member.seq);
        if (next != null && !fits(member.session(), next)) {
            return false;
        }
        if (next == null || next.from() > member.seq + 1) {
            miss(room, member, next == null ? room.seq() : Math.min(next.from() - 1, room.seq()));
        } else {
            give(room, member, next);
            if (next instanceof Publication publication) {
                output.caughtUp(publication);
            }
            // Its connection may have taken no more, so that it was taken back.
            return member.seq >= next.seq() || !member.session().isOpen();
        }
        return true;
    }

    /** Whether a session may be given one more in this turn. A large one must not wait for ever behind small ones that keep coming. */
    private boolean fits(Session session, Entry next) {
        int given = session.run() == null ? 0 : session.run().length();
        int limit = output.highWatermarkBytes();
        return given + next.weightBytes() + ENVELOPE_BYTES <= limit || given < limit / 2;
    }

    /**
     * Moves some members of a set together, so that all of them share what is encoded.
     *
     * @param from the first one's index
     * @param to the index after the last one's
     * @param target the seq up to which they move
     */
    void advance(Room room, SubscriptionSet set, int from, int to, long target) {
        if (room.kind().mode() == DeliveryMode.LATEST) {
            for (int i = to - 1; i >= from; i = Math.min(i, set.size()) - 1) {
                if (!set.get(i).session().isHeldUp()) {
                    jump(room, set.get(i), false);
                }
            }
            return;
        }
        long begin = target;
        for (int i = from; i < to; i++) {
            // Who takes no more may be far behind.
            if (!set.get(i).session().isHeldUp()) {
                begin = Math.min(begin, room.position(set.get(i)));
            }
        }
        for (long at = begin; at < target;) {
            Entry next = room.history().after(at);
            boolean isGone = next == null || next.from() > target;
            at = isGone ? target : next.seq();
            int given = 0;
            for (int i = Math.min(to, set.size()) - 1; i >= from; i = Math.min(i, set.size()) - 1) {
                given += move(room, set.get(i), isGone ? null : next, at);
            }
            if (next instanceof Publication publication && !isGone) {
                output.delivered(publication, given);
            }
        }
    }

    /** Gives a member the next entry if it lacks it. @return 1 if it was given, else 0 */
    private int move(Room room, Subscription member, Entry next, long at) {
        long position = room.position(member);
        if (position >= at || member.session().isHeldUp()) {
            return 0;
        }
        member.seq = position;
        long gone = next == null ? at : next.from() - 1;
        if (position < gone) {
            miss(room, member, gone);
        }
        if (next == null || !member.session().isOpen()) {
            return 0;
        }
        give(room, member, next);
        return 1;
    }

    private void give(Room room, Subscription member, Entry next) {
        switch (next) {
            case Publication publication -> {
                member.seq = publication.seq();
                output.deliver(member.session(), publication, room.tally());
            }
            case Gap gap -> announce(room, member, gap.seq(), gap.reason());
        }
    }

    /** The history has moved past the member. */
    private void miss(Room room, Subscription member, long to) {
        if (room.kind().overrun() == Kind.Overrun.CLOSE) {
            shard.disconnect(member.session(), Disconnect.SLOW_CONSUMER);
        } else {
            announce(room, member, to, GapReason.SLOW);
        }
    }

    private void announce(Room room, Subscription member, long to, GapReason reason) {
        long from = member.seq + 1;
        room.tally().addGapped(to - member.seq);
        member.seq = to;
        tell(room, member, from, to, reason);
    }

    /** Tells every member in step of a gap that was just taken. */
    void announce(Room room, Gap gap) {
        room.delivered = gap.seq();
        // Whoever can't be written to leaves.
        for (int i = room.inStep().size() - 1; i >= 0; i = Math.min(i, room.inStep().size()) - 1) {
            room.tally().addGapped(gap.seq() - gap.from() + 1);
            tell(room, room.inStep().get(i), gap.from(), gap.seq(), gap.reason());
        }
    }

    private void tell(Room room, Subscription member, long from, long to, GapReason reason) {
        metrics.increment(Counter.GAPS);
        shard.send(member.session(), new ServerMessage.Gap(room.channel(), from, to, reason));
    }

    /**
     * To the newest value. Outages on the way are told: a screen must know that it was stale.
     *
     * @param isLimited whether it gets no more than a turn allows
     * @return whether it has got there, or is gone
     */
    private boolean jump(Room room, Subscription member, boolean isLimited) {
        member.seq = room.position(member);
        LastValues values = room.lastValues();
        if (values.isSingle()) {
            Publication newest = values.newest();
            if (newest != null && newest.seq() > member.seq && !jumpTo(room, member, newest, isLimited)) {
                return false;
            }
        } else {
            for (Publication value : values.after(member.seq)) {
                if (!jumpTo(room, member, value, isLimited)) {
                    return false;
                }
            }
        }
        if (member.seq < room.seq() && member.session().isOpen()) {
            // What came after the newest value can only be gaps.
            announce(room, member, room.seq(), GapReason.UPSTREAM);
        }
        return true;
    }

    private boolean jumpTo(Room room, Subscription member, Publication value, boolean isLimited) {
        if (isLimited && !fits(member.session(), value)) {
            return false;
        }
        if (room.gapSeq() > member.seq) {
            tellGaps(room, member, value.seq());
        }
        if (member.session().isOpen()) {
            room.tally().addConflated(value.seq() - 1 - member.seq);
            give(room, member, value);
            output.caughtUp(value);
        }
        return member.seq >= value.seq() || !member.session().isOpen();
    }

    private void tellGaps(Room room, Subscription member, long to) {
        Entry next = room.history().after(member.seq);
        while (next != null && next.seq() < to && member.session().isOpen()) {
            if (next instanceof Gap gap) {
                long conflated = Math.max(gap.from() - 1, member.seq);
                room.tally().addConflated(conflated - member.seq);
                member.seq = conflated;
                announce(room, member, gap.seq(), gap.reason());
            }
            next = room.history().after(next.seq());
        }
    }
}
