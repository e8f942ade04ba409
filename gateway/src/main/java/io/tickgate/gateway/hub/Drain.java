package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ServerMessage;

/**
 * How one loop's sessions are sent away before a planned stop: each is told at once, with a time of its own to come back after,
 * and closed at a random instant of the window, with all that was published before. Owned by the shard, driven by its tick; one
 * entry for each session.
 */
final class Drain {
    private static final String REASON = "drain";
    /** So that telling fifty thousand sessions leaves time for reads and timers. */
    private static final int SESSIONS_PER_TASK = 1_000;
    /** Nobody's turn comes later than this before the end: to be given what one lacks takes some turns of the loop. */
    private static final long LAST_MOMENTS_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** A session and when it is closed. */
    private record Parting(Session session, long atNanos) {}

    private final Shard shard;
    private final Timers timers;
    private final Clock clock;
    private final DrainSettings settings;
    private final Runnable onOver;
    private final ArrayDeque<Session> untold = new ArrayDeque<>();
    private final PriorityQueue<Parting> partings = new PriorityQueue<>(Comparator.comparingLong(Parting::atNanos));
    private final List<Session> late = new ArrayList<>();
    private final long endNanos;
    private boolean over;

    /** @param onOver called once, on the loop, when no session is left */
    Drain(Shard shard, Timers timers, Clock clock, DrainSettings settings, Runnable onOver) {
        this.shard = shard;
        this.timers = timers;
        this.clock = clock;
        this.settings = settings;
        this.onOver = onOver;
        // What is left of the window is for bytes and closing handshakes that are still on their way.
        long closingNanos = TimeUnit.MILLISECONDS.toNanos(settings.drainMs()) / 10 * 9;
        this.endNanos = clock.nanos() + closingNanos;
    }

    void begin(Collection<Session> sessions) {
        untold.addAll(sessions);
        tellSome();
    }

    /** A session that began nevertheless, on a connection that was there. */
    void add(Session session) {
        untold.add(session);
        if (untold.size() == 1) {
            timers.schedule(this::tellSome, 0);
        }
    }

    /** Milliseconds after which somebody who is sent away now may come back: spread, so that not all come at once. */
    int retryMs() {
        return ThreadLocalRandom.current().nextInt(settings.drainRetryMs() + 1);
    }

    private void tellSome() {
        for (int told = 0; told < SESSIONS_PER_TASK && !untold.isEmpty(); told++) {
            Session session = untold.poll();
            if (session.isOpen()) {
                shard.send(session, new ServerMessage.Goaway(REASON, retryMs()));
                partings.add(new Parting(session, instant()));
            }
        }
        if (!untold.isEmpty()) {
            timers.schedule(this::tellSome, 0);
        }
        tick();
    }

    /** A random instant of what is left of the window. */
    private long instant() {
        long now = clock.nanos();
        long left = endNanos - LAST_MOMENTS_NANOS - now;
        return left <= 0 ? now : now + ThreadLocalRandom.current().nextLong(left);
    }

    void tick() {
        long now = clock.nanos();
        if (isDue(now)) {
            // Nothing that was published until now may be missing.
            shard.catchUp();
            closeDue(now);
        }
        if (!over && shard.isEmpty()) {
            over = true;
            onOver.run();
        }
    }

    private boolean isDue(long now) {
        return !partings.isEmpty() && partings.peek().atNanos() - now <= 0;
    }

    /** Closes whoever's instant has come, and has taken what it was given; who reads slowly may take until the end. */
    private void closeDue(long now) {
        boolean isEnd = now - endNanos >= 0;
        while (isDue(now)) {
            Session session = partings.poll().session();
            if (!session.isOpen()) {
                continue;
            }
            shard.rooms().endIntervals(session);
            if (!isEnd && shard.owes(session)) {
                late.add(session);
            } else {
                shard.disconnect(session, Disconnect.SERVICE_RESTART);
            }
        }
        for (int i = 0; i < late.size(); i++) {
            partings.add(new Parting(late.get(i), now));
        }
        late.clear();
    }
}
