package io.tickgate.gateway.hub;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.SubscriptionSet;
import io.tickgate.gateway.wire.Encodings;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.RunSource;
import io.tickgate.gateway.wire.StreamCursor;
import io.tickgate.gateway.wire.Tally;
import io.tickgate.protocol.compress.ContentSum;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ServerMessage;

/**
 * What a shard's sessions get in one turn: collected while it lasts, written and flushed at its end, once for each session, or
 * piece by piece where it is much. Owned by the shard; a session is given the outbound high watermark at a time, and no more before that is taken.
 */
final class TurnOutput {
    /** Updates, one for each session, and their payload bytes, after which a turn stops collecting: some 10 ms of writing. */
    private static final int COLLECTED_PER_TURN = 32_768;
    private static final long COLLECTED_BYTES_PER_TURN = 16 << 20;
    /** Connections that are written to before any of them is asked what was taken of it: with io_uring they share a system call. */
    private static final int WRITTEN_TOGETHER = 32;
    private static final int INITIAL_TOUCHED = 64;

    private final Shard shard;
    private final SessionWriter writer;
    private final int highWatermarkBytes;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final TurnLatency latency;
    private final Encodings encodings;
    private final LookAhead lookAhead = new LookAhead();
    /** Who gets something in this turn; whoever is behind them got it in an earlier one. */
    private Session[] touched = new Session[INITIAL_TOUCHED];
    private int touchedCount;
    private long collectedBytes;
    private int collected;

    TurnOutput(Shard shard, SessionWriter writer, int highWatermarkBytes, Encodings encodings, Clock clock,
            LoopMetrics metrics) {
        this.shard = shard;
        this.writer = writer;
        this.highWatermarkBytes = highWatermarkBytes;
        this.encodings = encodings;
        this.clock = clock;
        this.metrics = metrics;
        this.latency = new TurnLatency(metrics);
    }

    /** Reads room members ahead if they are to be given the turn's first update, the last one first. */
    void lookAhead(SubscriptionSet members, int next) {
        if (collected == 0) {
            lookAhead.members(members, next);
        }
    }

    /** Collects an update for a session. */
    void deliver(Session session, Publication publication, Tally tally) {
        if (!session.isOpen()) {
            tally.addAbandoned(1);
            return;
        }
        RunSource source = session.find(publication);
        boolean isApart = session.isApart(source);
        if (isApart || !session.isOn(source)) {
            if (!(isApart ? tryLeaveStream(session) : writer.tryWriteRun(session))) {
                tally.addAbandoned(1);
                return;
            }
            if (!writer.takesMore(session)) {
                shard.rooms().takeBack(session, publication, tally);
                return;
            }
        }
        session.deliver(source, publication, tally);
        touch(session);
    }

    /** Notes that an update was collected for one session that is behind; how old it is says nothing of the gateway. */
    void caughtUp(Publication publication) {
        collected++;
        collectedBytes += publication.payload().length;
    }

    /** Notes for how many sessions an update was collected. */
    void delivered(Publication publication, int sessions) {
        latency.delivered(publication, sessions);
        collected += sessions;
        collectedBytes += (long) sessions * publication.payload().length;
    }

    /** Whether so much was collected that it is time to write it. */
    boolean isEnough() {
        return collected > COLLECTED_PER_TURN || collectedBytes > COLLECTED_BYTES_PER_TURN;
    }

    /** How many sessions will be written to. */
    int touched() {
        return touchedCount;
    }

    /** What a session may be given in a turn. */
    int highWatermarkBytes() {
        return highWatermarkBytes;
    }

    /** Writes a message behind all that was collected before. */
    void send(Session session, ServerMessage message) {
        if (session.isCongested() && session.outlet().pendingBytes() > 2L * highWatermarkBytes) {
            // It asks and asks, and reads no answer.
            shard.disconnect(session, Disconnect.SLOW_CONSUMER);
        } else if (tryBeginOwn(session)) {
            touch(session);
            writer.guard(session, () -> session.outlet().send(message));
        }
    }

    /** Writes a last value behind all that was collected before. */
    void sendSnapshot(Session session, Publication lastValue) {
        if (tryLeaveStream(session)) {
            touch(session);
            writer.guard(session, () -> {
                FormatTurn own = session.turns().inStep();
                write(session.outlet(), own.snapshot(lastValue), own.snapshotSum());
                metrics.increment(Counter.SNAPSHOTS);
            });
        }
    }

    /**
     * Tells a client up to which node-wide number it has everything, behind all that was written.
     *
     * @return the number that was told, which may be less
     */
    long mark(Session session, long number) {
        StreamCursor cursor = session.cursor();
        long told = cursor == null ? -1 : cursor.takeMark(number);
        if (told >= 0) {
            write(session.outlet(), cursor.markBytes(), cursor.markSum());
            return told;
        }
        if (tryLeaveStream(session)) {
            FormatTurn own = session.turns().inStep();
            write(session.outlet(), own.mark(number), own.markSum());
        }
        return number;
    }

    private static void write(Outlet outlet, ByteBuf bytes, ContentSum sum) {
        outlet.write(bytes);
        if (sum != null) {
            outlet.wrote(sum);
        }
    }

    /** Before a session gets bytes of its own: who has all bytes in one compressed stream leaves the shared one. */
    private boolean tryBeginOwn(Session session) {
        return session.turns().areOneStream() ? tryLeaveStream(session) : writer.tryWriteRun(session);
    }

    /** Writes what was collected, and ends a session's part in a stream that it shares. @return whether it is still there */
    boolean tryLeaveStream(Session session) {
        if (!writer.tryWriteRun(session)) {
            return false;
        }
        if (session.isFollowing()) {
            session.cursor().leave();
            metrics.increment(Counter.SHARED_STREAMS_LEFT);
            ByteBuf streamBreak = session.turns().inStep().streamBreak();
            if (streamBreak != null) {
                touch(session);
                writer.guard(session, () -> session.outlet().write(streamBreak));
            }
        }
        return session.isOpen();
    }

    /** Writes the transport's sign of life. */
    void heartbeat(Session session, long timeMs) {
        if (tryBeginOwn(session)) {
            touch(session);
            writer.guard(session, () -> session.outlet().heartbeat(timeMs));
        }
    }

    /**
     * Everybody's writes first, then a flush for those whose bytes wait for one: streams of one HTTP/2 connection share it. The
     * others are done with soon, while what was read of them is still in the processor's cache.
     */
    void endTurn() {
        int unsettled = 0;
        for (int from = 0; from < touchedCount; from += WRITTEN_TOGETHER) {
            int to = Math.min(from + WRITTEN_TOGETHER, touchedCount);
            for (int i = from; i < to; i++) {
                lookAhead.sessions(touched, i, touchedCount);
                writer.finish(touched[i]);
            }
            for (int i = from; i < to; i++) {
                unsettled += writer.trySettle(touched[i]) ? 0 : 1;
            }
        }
        for (int i = 0; unsettled > 0; i++) {
            if (touched[i].isTouched()) {
                unsettled--;
                touched[i].untouch();
                writer.flush(touched[i]);
            }
        }
        touchedCount = 0;
        collected = 0;
        collectedBytes = 0;
        latency.flushed(clock.nanos());
        encodings.endTurn();
    }

    /** Writes and flushes what a session has been given so far, before it ends. */
    void finishNow(Session session) {
        if (writer.tryWriteRun(session)) {
            writer.tellReached(session);
            tryLeaveStream(session);
        }
        writer.flush(session);
    }

    /** Where the same session as in an earlier turn stands already nothing is stored: the collector's barrier waits for memory. */
    @SuppressWarnings("ReferenceEquality")
    private void touch(Session session) {
        if (!session.touch()) {
            return;
        }
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, touchedCount * 2);
        }
        if (touched[touchedCount] != session) {
            touched[touchedCount] = session;
        }
        touchedCount++;
    }

    /** Between turns, now and then: lets go of sessions of earlier turns, which may have ended. */
    void forgetEarlier() {
        Arrays.fill(touched, touchedCount, touched.length, null);
    }
}
