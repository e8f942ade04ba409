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
     * Moves one member as far as a turn allows.
     *
     * @return whether it has everything now, or is gone
     */
    boolean advance(Room room, Subscription member) {
        if (room.kind().mode() == DeliveryMode.LATEST) {
            jump(room, member);
            return true;
        }
        Session session = member.session();
        while (member.seq < room.seq() && session.isOpen()) {
            Entry next = room.history().after(member.seq);
            if (next != null && session.run() != null && session.run().length() + next.weightBytes()
                    + ENVELOPE_BYTES > output.highWatermarkBytes()) {
                return false;
            }
            if (next == null || next.from() > member.seq + 1) {
                miss(room, member, next == null ? room.seq() : Math.min(next.from() - 1, room.seq()));
            } else {
                give(room, member, next);
            }
        }
        return true;
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
                if (!set.get(i).session().isCongested()) {
                    jump(room, set.get(i));
                }
            }
            return;
        }
        long begin = target;
        for (int i = from; i < to; i++) {
            begin = Math.min(begin, room.position(set.get(i)));
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
        if (position >= at || member.session().isCongested()) {
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

    /** To the newest value. Outages on the way are told: a screen must know that it was stale. */
    private void jump(Room room, Subscription member) {
        long from = room.position(member);
        long to = room.seq();
        if (from >= to) {
            return;
        }
        Session session = member.session();
        member.seq = to;
        Publication newest = room.lastValues().newest();
        long valueSeq = newest == null ? 0 : newest.seq();
        long gapped = valueSeq > from && room.gapSeq() > from ? tellGaps(room, member, from, valueSeq) : 0;
        int given = 0;
        if (valueSeq > from && room.lastValues().isSingle()) {
            output.deliver(session, newest, room.tally());
            given = 1;
        } else if (valueSeq > from) {
            for (Publication value : room.lastValues().after(from)) {
                output.deliver(session, value, room.tally());
                given++;
            }
        }
        // What came after the newest value can only be gaps.
        long after = Math.max(valueSeq, from);
        if (after < to && session.isOpen()) {
            tell(room, member, after + 1, to, GapReason.UPSTREAM);
        }
        gapped += to - after;
        room.tally().addGapped(gapped);
        room.tally().addConflated(to - from - gapped - given);
    }

    /** @return how many seqs they stand for */
    private long tellGaps(Room room, Subscription member, long from, long to) {
        long gapped = 0;
        Entry next = room.history().after(from);
        while (next != null && next.seq() < to) {
            if (next instanceof Gap gap && member.session().isOpen()) {
                long first = Math.max(gap.from(), from + 1);
                gapped += gap.seq() - first + 1;
                tell(room, member, first, gap.seq(), gap.reason());
            }
            next = room.history().after(next.seq());
        }
        return gapped;
    }
}
