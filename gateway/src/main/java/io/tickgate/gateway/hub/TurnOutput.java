package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBufAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.RateLimitedLog;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ServerMessage;

/**
 * What a shard's sessions get in one turn: collected while it lasts, written and flushed once for each session at its end. A
 * session whose outlet fails is ended, and no other one notices. Owned by the shard; a session may have the outbound high
 * watermark pending at most.
 */
final class TurnOutput {
    private static final Logger LOG = LoggerFactory.getLogger(TurnOutput.class);

    private final Shard shard;
    private final int highWatermarkBytes;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final ByteBufAllocator allocator;
    private final TurnLatency latency;
    private final RateLimitedLog faults;
    private final List<FormatTurn> formatTurns = new ArrayList<>();
    private final List<Session> touched = new ArrayList<>();

    TurnOutput(Shard shard, int highWatermarkBytes, Clock clock, LoopMetrics metrics, ByteBufAllocator allocator) {
        this.shard = shard;
        this.highWatermarkBytes = highWatermarkBytes;
        this.clock = clock;
        this.metrics = metrics;
        this.allocator = allocator;
        this.latency = new TurnLatency(metrics);
        this.faults = new RateLimitedLog(LOG, clock);
    }

    /** The turn of a format, the same for all sessions that are written alike. */
    FormatTurn formatTurn(WireFormat format) {
        for (FormatTurn turn : formatTurns) {
            if (turn.format().equals(format)) {
                return turn;
            }
        }
        FormatTurn turn = new FormatTurn(format, allocator);
        formatTurns.add(turn);
        return turn;
    }

    /** Collects an update for a session. */
    void deliver(Session session, Publication publication) {
        session.deliver(publication);
        touch(session);
    }

    /** Notes for how many sessions an update was collected. */
    void delivered(Publication publication, int sessions) {
        latency.delivered(publication, sessions);
    }

    /** Writes a message behind all that was collected before. */
    void send(Session session, ServerMessage message) {
        try {
            if (writeRun(session)) {
                touch(session);
                session.outlet().send(message);
            }
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
    }

    /** Writes a last value behind all that was collected before. */
    void sendSnapshot(Session session, Publication lastValue) {
        try {
            if (writeRun(session)) {
                touch(session);
                session.outlet().write(session.snapshot(lastValue));
                metrics.increment(Counter.SNAPSHOTS);
            }
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
    }

    /** Writes the transport's sign of life. */
    void heartbeat(Session session, long timeMs) {
        try {
            touch(session);
            session.outlet().heartbeat(timeMs);
        } catch (RuntimeException | Error fault) {
            end(session, fault);
        }
    }

    /** Everybody's writes first, then everybody's flush: streams of one HTTP/2 connection share it. */
    void endTurn() {
        if (touched.isEmpty()) {
            return;
        }
        for (int i = 0; i < touched.size(); i++) {
            Session session = touched.get(i);
            try {
                writeRun(session);
            } catch (RuntimeException | Error fault) {
                end(session, fault);
            }
        }
        for (int i = 0; i < touched.size(); i++) {
            Session session = touched.get(i);
            session.untouch();
            try {
                flush(session);
            } catch (RuntimeException | Error fault) {
                end(session, fault);
            }
        }
        touched.clear();
        latency.flushed(clock.nanos());
        for (int i = 0; i < formatTurns.size(); i++) {
            formatTurns.get(i).end();
        }
    }

    /** Ends a session for a fault of ours. */
    void end(Session session, Throwable fault) {
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

    /** Gives the memory back; the loop is ending. */
    void close() {
        formatTurns.forEach(FormatTurn::close);
        formatTurns.clear();
    }

    private void touch(Session session) {
        if (session.touch()) {
            touched.add(session);
        }
    }

    /** @return false if the session would have had too much pending and was ended instead */
    private boolean writeRun(Session session) {
        Run run = session.takeRun();
        if (run == null) {
            return true;
        }
        Outlet outlet = session.outlet();
        long pending = outlet.pendingBytes();
        if (pending > 0 && pending + run.length() > highWatermarkBytes) {
            shard.disconnect(session, Disconnect.SLOW_CONSUMER);
            return false;
        }
        outlet.write(session.bytes(run));
        metrics.add(Counter.DELIVERIES, run.updates());
        metrics.add(Counter.DELIVERED_BYTES, run.length());
        return true;
    }

    private void flush(Session session) {
        if (!session.isOpen()) {
            return;
        }
        Outlet outlet = session.outlet();
        outlet.flush();
        if (outlet.pendingBytes() > highWatermarkBytes) {
            shard.disconnect(session, Disconnect.SLOW_CONSUMER);
        }
    }
}
