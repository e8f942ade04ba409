package io.tickgate.gateway.hub;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.Disconnect;

/** When sessions are given a sign of life, found silent, or expire. Owned by the shard, driven by its tick. */
final class SessionClock {
    private final Shard shard;
    private final Clock clock;
    private final long silenceNanos;
    private final DeadlineQueue<Session> heartbeats;
    /** Sessions whose token ends some time, the next first. */
    private final TreeSet<Session> expiring = new TreeSet<>(
            Comparator.comparingLong((Session session) -> session.principal().expiresAtMs())
                    .thenComparing(Session::id));

    SessionClock(Shard shard, int heartbeatMs, Clock clock) {
        this.shard = shard;
        this.clock = clock;
        long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(heartbeatMs);
        this.heartbeats = new DeadlineQueue<>(heartbeatNanos);
        this.silenceNanos = 2 * heartbeatNanos;
    }

    void start(Session session) {
        long now = clock.nanos();
        session.heardAt(now);
        heartbeats.start(session, now);
        watchExpiry(session);
    }

    void stop(Session session) {
        heartbeats.remove(session);
        expiring.remove(session);
    }

    void heard(Session session) {
        session.heardAt(clock.nanos());
    }

    /** Gives the session another token's principal. */
    void renew(Session session, Principal principal) {
        expiring.remove(session);
        session.setPrincipal(principal);
        watchExpiry(session);
    }

    private void watchExpiry(Session session) {
        if (session.principal().expiresAtMs() != 0) {
            expiring.add(session);
        }
    }

    void tick() {
        long now = clock.nanos();
        long nowMs = clock.timeMs();
        while (!expiring.isEmpty() && expiring.first().principal().expiresAtMs() <= nowMs) {
            shard.disconnect(expiring.first(), Disconnect.TOKEN_EXPIRED);
        }
        for (Session session = heartbeats.pollDue(now); session != null; session = heartbeats.pollDue(now)) {
            if (session.answersHeartbeats() && now - session.lastHeardNanos() >= silenceNanos) {
                shard.disconnect(session, Disconnect.HEARTBEAT);
            } else {
                heartbeats.start(session, now);
                shard.heartbeat(session, nowMs);
            }
        }
    }
}
