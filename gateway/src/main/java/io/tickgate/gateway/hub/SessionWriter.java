package io.tickgate.gateway.hub;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.RateLimitedLog;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.wire.Run;
import io.tickgate.protocol.message.Disconnect;

/**
 * Writes and flushes what one session is given, and asks its connection what was taken of it. A session whose outlet fails is
 * ended, and no other one notices. Owned by the shard.
 */
final class SessionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWriter.class);

    private final Shard shard;
    private final Pieces pieces;
    private final LoopMetrics metrics;
    private final RateLimitedLog faults;

    SessionWriter(Shard shard, Watermarks watermarks, Clock clock, LoopMetrics metrics) {
        this.shard = shard;
        this.pieces = new Pieces(watermarks);
        this.metrics = metrics;
        this.faults = new RateLimitedLog(LOG, clock);
    }

    /** Writes what was collected in the turn that ends, in pieces if it is long; then the session is told where it stands. */
    void finish(Session session) {
        Run run = session.run();
        boolean isLong = run != null && pieces.areNeeded(run);
        if (isLong ? tryWritePieces(session, run) : tryWriteRun(session)) {
            tellReached(session);
        }
    }

    /** Writes what was collected. @return whether the session is still there */
    boolean tryWriteRun(Session session) {
        Run run = session.run();
        if (run == null) {
            return session.isOpen();
        }
        try {
            session.outlet().write(session.runBytes());
            wrote(session, run);
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
        return session.isOpen();
    }

    /** Writes what was collected as far as the connection takes it; the rest is owed again. @return whether the session is there */
    private boolean tryWritePieces(Session session, Run run) {
        try {
            Run written = pieces.write(session);
            wrote(session, written);
            if (written != run && session.isOpen()) {
                shard.rooms().takeBack(session, run, written);
            }
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
        return session.isOpen();
    }

    private void wrote(Session session, Run run) {
        if (session.isOpen()) {
            metrics.add(Counter.SHARED_DELIVERIES, session.isRunShared() ? run.updates() : 0);
            session.wrote(run);
            if (run.sum() != null) {
                session.outlet().wrote(run.sum());
            }
            metrics.add(Counter.DELIVERIES, run.updates());
            metrics.add(Counter.DELIVERED_BYTES, run.length());
        }
    }

    /** Has something done with a session's outlet; a fault ends that session and no more. */
    void guard(Session session, Runnable write) {
        try {
            write.run();
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
    }

    /** Tells a session that was behind where it stands now. */
    void tellReached(Session session) {
        if (session.isUntold()) {
            session.told();
            guard(session, () -> session.outlet().reached(shard.standing().reached(session)));
        }
    }

    /** Whether a session's connection has taken what was written; else the session is given no more, if it is still there. */
    boolean takesMore(Session session) {
        try {
            if (pieces.takesMore(session.outlet())) {
                return true;
            }
            shard.pending(session, session.outlet().pendingBytes());
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
        return false;
    }

    /** Is done with a session if the kernel has taken all that was written. @return whether it has, so that a flush would do nothing */
    boolean trySettle(Session session) {
        try {
            if (session.isOpen() && !session.outlet().isFlushDue()) {
                session.untouch();
                session.settle(0);
            }
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
        return !session.isTouched();
    }

    /** Flushes what waits for it; a session that has not taken all is watched. */
    void flush(Session session) {
        if (!session.isOpen()) {
            return;
        }
        try {
            session.outlet().flush();
            long pending = session.outlet().pendingBytes();
            session.settle(pending);
            if (pending > 0) {
                shard.pending(session, pending);
            }
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
    }

    private void end(Session session, Throwable fault) {
        failed("a session on " + session.transport(), fault);
        shard.disconnect(session, Disconnect.INTERNAL);
    }

    /** Tells the client why its session is over. */
    void close(Session session, Disconnect reason) {
        try {
            session.outlet().close(reason);
        } catch (RuntimeException | Error fault) {
            failed("closing a connection", fault);
        }
    }

    /** Logs a fault of ours, now and then. */
    void failed(String where, Throwable fault) {
        faults.error(where, fault);
    }
}
