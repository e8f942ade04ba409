package io.tickgate.gateway.hub;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.session.SubscriptionSet;

/**
 * Members that asked for an interval: those with the same one are served at the same instants, multiples of it, so that a client's
 * channels come in one write and what is encoded is shared. What is too much for one turn goes on in the next. Owned by the shard;
 * at most as many intervals as members.
 */
final class Intervals {
    /** The members of a room that have the same interval, and how far they have been served this time. */
    private static final class Round {
        final Room room;
        final int intervalMs;
        boolean inLine;
        /** Members below this index are still to be served, up to the target. */
        int rest;
        long target;

        Round(Room room, int intervalMs) {
            this.room = room;
            this.intervalMs = intervalMs;
        }

        /** Their number changes as clients come and go; null if none is left. */
        SubscriptionSet members() {
            return room.throttled(intervalMs);
        }
    }

    private static final class Cohort {
        final Map<Room, Round> rounds = new LinkedHashMap<>();
        long dueNanos;
    }

    /** Of a slice: less than of a flooded room's, as all members of an interval are due at once. */
    private static final int SLICE_DELIVERIES = 16_384;

    private final Replay replay;
    private final TurnOutput output;
    private final Clock clock;
    private final Timers timers;
    private final Runnable onDue;
    private final Map<Integer, Cohort> cohorts = new HashMap<>();
    private final Line<Round> line;

    /** @param onDue starts a turn, in which {@link #serve} is called */
    Intervals(Replay replay, TurnOutput output, Clock clock, Timers timers, Runnable onDue) {
        this.replay = replay;
        this.output = output;
        this.clock = clock;
        this.timers = timers;
        this.onDue = onDue;
        this.line = new Line<>(output, this::serve);
    }

    /** A room has a member with this interval. */
    void add(Room room, int intervalMs) {
        Cohort cohort = cohorts.get(intervalMs);
        if (cohort == null) {
            cohort = new Cohort();
            cohorts.put(intervalMs, cohort);
            schedule(cohort, intervalMs);
        }
        cohort.rounds.computeIfAbsent(room, _ -> new Round(room, intervalMs));
    }

    private void schedule(Cohort cohort, int intervalMs) {
        long now = clock.nanos();
        long interval = TimeUnit.MILLISECONDS.toNanos(intervalMs);
        cohort.dueNanos = now + interval - Math.floorMod(now, interval);
        timers.schedule(onDue, cohort.dueNanos - now);
    }

    /** Serves whoever is due, as far as a turn allows. */
    void serve() {
        if (cohorts.isEmpty()) {
            return;
        }
        beginDue();
        line.serve(output.touched() + Line.SLICE_MEMBERS, true);
    }

    /** Whether somebody who is due was not served yet. */
    boolean isAwaited() {
        return !line.isEmpty();
    }

    private void beginDue() {
        long now = clock.nanos();
        for (Iterator<Map.Entry<Integer, Cohort>> all = cohorts.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Integer, Cohort> entry = all.next();
            Cohort cohort = entry.getValue();
            if (now - cohort.dueNanos >= 0) {
                cohort.rounds.values().removeIf(round -> round.members() == null);
                cohort.rounds.values().forEach(this::enqueue);
                if (cohort.rounds.isEmpty()) {
                    all.remove();
                } else {
                    schedule(cohort, entry.getKey());
                }
            }
        }
    }

    /** One that has not come to its end yet goes on instead. */
    private void enqueue(Round round) {
        if (!round.inLine) {
            begin(round);
            round.inLine = true;
            line.add(round);
        }
    }

    private static void begin(Round round) {
        round.rest = round.members().size();
        round.target = round.room.seq();
    }

    private void serve(Round round) {
        round.inLine = !serveSlice(round);
        if (round.inLine) {
            line.add(round);
        }
    }

    /** @return whether that was the last one */
    private boolean serveSlice(Round round) {
        SubscriptionSet members = round.members();
        int to = members == null ? 0 : Math.min(round.rest, members.size());
        if (to == 0) {
            return true;
        }
        int from = Math.max(0, to - sliceMembers(round, members.get(to - 1).seq));
        replay.advance(round.room, members, from, to, round.target);
        round.rest = from;
        return from == 0;
    }

    /** How many members make a slice, by what one of them is owed: the others will be owed much the same. */
    private static int sliceMembers(Round round, long seq) {
        long owed = round.room.kind().mode() == DeliveryMode.LATEST ? 1 : Math.max(1, round.target - seq);
        return Math.clamp(SLICE_DELIVERIES / owed, 1, Line.SLICE_MEMBERS);
    }

    /** Serves a room's members before their time, since its history would move past them. */
    void serveEarly(Room room) {
        for (int intervalMs : room.intervals()) {
            Round round = cohorts.get(intervalMs).rounds.get(room);
            if (!round.inLine) {
                begin(round);
                serve(round);
            }
        }
    }
}
