package io.tickgate.gateway.hub;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.Disconnect;

/**
 * Sessions whose connection has not taken all that was written. One that is congested gets no more bytes: its subscriptions stay
 * where they are in their channels' histories until the connection has drained. One that takes nothing at all is disconnected.
 * Owned by the shard.
 */
final class SlowReaders {
    private final Shard shard;
    private final Rooms rooms;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Watermarks watermarks;
    private final long patienceNanos;
    private final SequencedSet<Session> pending = new LinkedHashSet<>();
    private int congested;

    SlowReaders(Shard shard, Rooms rooms, Watermarks watermarks, int patienceMs, Clock clock, LoopMetrics metrics) {
        this.shard = shard;
        this.rooms = rooms;
        this.watermarks = watermarks;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMs);
        this.clock = clock;
        this.metrics = metrics;
    }

    /** After a flush that left something: watches the session, and gives it nothing more if that is too much. */
    void watch(Session session, long pendingBytes) {
        if (pending.add(session)) {
            session.beginProgress(pendingBytes, clock.nanos());
        }
        if (isTooMuch(session, pendingBytes) && !session.isCongested()) {
            session.setCongested(true);
            metrics.set(Gauge.SLOW_READERS, ++congested);
            rooms.hold(session);
        }
    }

    /** The connection has taken something. */
    void drained(Session session) {
        if (pending.contains(session)) {
            look(session, session.outlet().pendingBytes());
        }
    }

    /** The session is over. */
    void forget(Session session) {
        if (pending.remove(session) && session.isCongested()) {
            release(session);
        }
    }

    /** Every so often: looks who got on without saying so, and who did not. */
    void tick() {
        long now = clock.nanos();
        for (Session session : List.copyOf(pending)) {
            long bytes = session.outlet().pendingBytes();
            long stuckSince = session.progress(bytes, now);
            look(session, bytes);
            if (session.isCongested() && now - stuckSince >= patienceNanos) {
                shard.disconnect(session, Disconnect.SLOW_CONSUMER);
            }
        }
    }

    private void look(Session session, long pendingBytes) {
        session.settle(pendingBytes);
        if (pendingBytes == 0) {
            pending.remove(session);
        }
        if (session.isCongested() && !isTooMuch(session, pendingBytes)) {
            release(session);
            shard.bringForward(session);
        }
    }

    private boolean isTooMuch(Session session, long pendingBytes) {
        return watermarks.isTooMuch(pendingBytes, session.outlet().isDelayed());
    }

    private void release(Session session) {
        session.setCongested(false);
        metrics.set(Gauge.SLOW_READERS, --congested);
    }
}
