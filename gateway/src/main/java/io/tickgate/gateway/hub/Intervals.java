package io.tickgate.gateway.hub;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.session.SubscriptionSet;

/**
 * Members that asked for an interval: those with the same one are served at the same instants, multiples of it, so that a client's
 * channels come in one write and what is encoded is shared. Owned by the shard; at most as many intervals as members.
 */
final class Intervals {
    private static final class Cohort {
        final Set<Room> rooms = new LinkedHashSet<>();
        long dueNanos;
    }

    private final Replay replay;
    private final Clock clock;
    private final Timers timers;
    private final Runnable onDue;
    private final Map<Integer, Cohort> cohorts = new HashMap<>();

    /** @param onDue starts a turn, in which {@link #serve} is called */
    Intervals(Replay replay, Clock clock, Timers timers, Runnable onDue) {
        this.replay = replay;
        this.clock = clock;
        this.timers = timers;
        this.onDue = onDue;
    }

    /** A room has a member with this interval. */
    void add(Room room, int intervalMs) {
        Cohort cohort = cohorts.get(intervalMs);
        if (cohort == null) {
            cohort = new Cohort();
            cohorts.put(intervalMs, cohort);
            schedule(cohort, intervalMs);
        }
        cohort.rooms.add(room);
    }

    private void schedule(Cohort cohort, int intervalMs) {
        long now = clock.nanos();
        long interval = TimeUnit.MILLISECONDS.toNanos(intervalMs);
        cohort.dueNanos = now + interval - Math.floorMod(now, interval);
        timers.schedule(onDue, cohort.dueNanos - now);
    }

    /** Serves whoever is due, at the beginning of a turn. */
    void serve() {
        if (cohorts.isEmpty()) {
            return;
        }
        long now = clock.nanos();
        for (Iterator<Map.Entry<Integer, Cohort>> all = cohorts.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Integer, Cohort> entry = all.next();
            if (now - entry.getValue().dueNanos >= 0) {
                serve(entry.getValue(), entry.getKey());
                if (entry.getValue().rooms.isEmpty()) {
                    all.remove();
                } else {
                    schedule(entry.getValue(), entry.getKey());
                }
            }
        }
    }

    private void serve(Cohort cohort, int intervalMs) {
        for (Iterator<Room> rooms = cohort.rooms.iterator(); rooms.hasNext();) {
            Room room = rooms.next();
            SubscriptionSet members = room.throttled(intervalMs);
            if (members == null) {
                rooms.remove();
            } else {
                replay.advance(room, members, 0, members.size(), room.seq());
            }
        }
    }

    /** Serves a room's members before their time, since its history would move past them. */
    void serveEarly(Room room) {
        for (int intervalMs : room.intervals()) {
            SubscriptionSet members = room.throttled(intervalMs);
            replay.advance(room, members, 0, members.size(), room.seq());
        }
    }
}
