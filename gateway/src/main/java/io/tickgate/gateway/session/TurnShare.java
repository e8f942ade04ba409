package io.tickgate.gateway.session;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.FormatTurns;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.RunSource;
import io.tickgate.gateway.wire.StreamCursor;
import io.tickgate.gateway.wire.Tally;

/**
 * What one client gets in the current turn, and how far that has come. A superclass of the session and no part of it, so that what
 * a turn reads of each of thousands lies together in memory, before all that it does not read. Owned by the connection's loop.
 */
abstract sealed class TurnShare extends DeadlineQueue.Entry<Session> permits Session {
    /** How far what the client gets in a turn has come. */
    private enum Stage {
        /** There is nothing that anybody need know of. */
        NONE,
        /** Not written yet. */
        COLLECTED,
        /** Written at the turn's end, and being flushed. */
        WRITTEN
    }

    private final Outlet outlet;
    private FormatTurns turns;
    /** Its place in a compressed stream that it shares with those that get the same; null if it shares none. */
    private StreamCursor cursor;
    private Stage stage = Stage.NONE;
    /**
     * What the client gets in this turn, and where it is taken from. What is the loop's own stays when the turn has ended, and is
     * often the same in the next: to store a reference costs the collector's barrier, which waits for memory.
     */
    private Run run;
    private RunSource runSource;
    private Unsent unsent;
    private long writtenBytes;
    private int position = -1;
    /** Subscriptions that are not in step with their channel. */
    private int behind;
    /** Those of them that are brought forward by themselves, rather than with their room. */
    private int straggling;
    private boolean touched;
    private boolean untold;
    private boolean congested;
    private boolean awaitingSnapshots;

    TurnShare(Outlet outlet, FormatTurns turns) {
        this.outlet = outlet;
        this.turns = turns;
    }

    public Outlet outlet() {
        return outlet;
    }

    /** Where its updates are encoded, by itself or with all that are written alike. */
    public FormatTurns turns() {
        return turns;
    }

    /**
     * Is written in another format from now on, the one that the outlet has by now, and shares no stream; between turns, and not
     * while it follows one.
     */
    public void setTurns(FormatTurns turns) {
        setCursor(null);
        this.turns = turns;
    }

    /** Its place in a stream that it shares; null if it shares none. */
    public StreamCursor cursor() {
        return cursor;
    }

    /** Shares a stream from its next keyframe on, or none if null; between turns, and not while it follows one. */
    public void setCursor(StreamCursor cursor) {
        assert run() == null : "streams change between turns";
        assert !isFollowing() : "it has left its stream";
        this.cursor = cursor;
    }

    /** Whether what it has got of a shared stream is referred to by what follows there. */
    public boolean isFollowing() {
        return cursor != null && cursor.isFollowing();
    }

    /** Where an update is to be taken from, if it gets it now: from the stream that it shares, if it gets what the others do. */
    public RunSource find(Publication publication) {
        boolean isLagging = behind > 0;
        RunSource shared = cursor != null && straggling == 0 && !isHeldUp()
                ? cursor.find(publication, isLagging)
                : null;
        return shared != null ? shared : turns.find(publication, isLagging);
    }

    /** Whether it must leave its stream before it takes an update from here. */
    public boolean isApart(RunSource source) {
        return isFollowing() && turns.interrupt(source);
    }

    /** Whether nothing was collected from elsewhere, which would have to be written first. */
    public boolean isOn(RunSource source) {
        return stage != Stage.COLLECTED || runSource == source;
    }

    /**
     * Adds an update to what the client gets at the end of this turn.
     *
     * @param source as {@link #find} said, and nothing else was collected from elsewhere
     * @param tally where the room counts what becomes of it
     */
    public void deliver(RunSource source, Publication publication, Tally tally) {
        untold |= behind > 0;
        settleWritten();
        setRun(append(source, publication, tally), source);
        stage = Stage.COLLECTED;
    }

    private Run append(RunSource source, Publication publication, Tally tally) {
        return source instanceof FormatTurn turn
                ? turn.append(run(), publication, tally)
                : cursor.take(source, run(), tally);
    }

    @SuppressWarnings("ReferenceEquality")
    private void setRun(Run next, RunSource source) {
        if (run != next) {
            run = next;
        }
        if (runSource != source) {
            runSource = source;
        }
    }

    /** Whether it got updates as one that is not in step, and was not told since where it stands. */
    public boolean isUntold() {
        return untold;
    }

    public void told() {
        untold = false;
    }

    /** What {@link #deliver} collected and {@link #wrote} did not take yet, or null for nothing. */
    public Run run() {
        return stage == Stage.COLLECTED ? run : null;
    }

    /** Whether what was collected is of a compressed stream that it shares. */
    public boolean isRunShared() {
        return !(runSource instanceof FormatTurn);
    }

    /** The bytes of what was collected, shared with others. */
    public ByteBuf runBytes() {
        return runSource.bytes(run);
    }

    /**
     * What was collected is written, or a beginning of it.
     *
     * @param part the run itself, or one that it begins with: the rest is forgotten, it will come later or never
     */
    public void wrote(Run part) {
        int left = run.updates() - part.updates();
        if (left > 0) {
            if (isRunShared()) {
                cursor.giveBack(left);
            }
            run = part;
        }
        stage = Stage.WRITTEN;
        writtenBytes += part.length();
    }

    /** What was written before and is not settled yet is kept apart from what follows it. */
    private void settleWritten() {
        if (stage == Stage.WRITTEN) {
            keepUnsent();
        }
    }

    private void keepUnsent() {
        if (unsent == null) {
            unsent = new Unsent();
        }
        unsent.add(run, writtenBytes);
        settled();
    }

    private void settled() {
        stage = Stage.NONE;
        if (isRunShared()) {
            // A stretch of a stream ends, and holds its publications: it must not live as long as a session that gets nothing more.
            run = null;
            runSource = null;
        }
    }

    /**
     * Counts as delivered what the kernel has taken.
     *
     * @param pendingBytes what it has not, at most
     */
    public void settle(long pendingBytes) {
        if (pendingBytes == 0 && unsent == null) {
            if (stage == Stage.WRITTEN) {
                run.countTaken();
                settled();
            }
            return;
        }
        settleWritten();
        if (unsent != null) {
            unsent.settle(writtenBytes - pendingBytes);
            if (unsent.isEmpty()) {
                unsent = null;
            }
        }
    }

    /** Whether all it gets comes as it is published; else it is told where it stands when it has caught up. */
    public boolean isInStep() {
        return behind == 0;
    }

    /** One subscription fell out of step, or all it had in a room did, or they are in step again. */
    public void addBehind(int change) {
        behind += change;
    }

    /** One subscription is brought forward by itself from now on, or not any more. */
    public void addStraggling(int change) {
        straggling += change;
    }

    /** Whether the connection takes no more for now. */
    public boolean isCongested() {
        return congested;
    }

    public void setCongested(boolean congested) {
        this.congested = congested;
    }

    /** Whether it is to get last values once its connection takes more. */
    public boolean isAwaitingSnapshots() {
        return awaitingSnapshots;
    }

    public void setAwaitingSnapshots(boolean awaiting) {
        awaitingSnapshots = awaiting;
    }

    /** Whether it is given no updates for now. */
    public boolean isHeldUp() {
        return congested || awaitingSnapshots;
    }

    /** Marks that something is to be flushed. @return whether it was not marked yet */
    public boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    public boolean isTouched() {
        return touched;
    }

    public void untouch() {
        touched = false;
    }

    /** Where the shard keeps it, -1 once it has ended. */
    public int position() {
        return position;
    }

    public void setPosition(int position) {
        this.position = position;
    }

    public boolean isOpen() {
        return position >= 0;
    }

    /** Nothing is owed to it any more, and what was not taken is counted as abandoned. */
    void abandon() {
        if (stage != Stage.NONE) {
            keepUnsent();
        }
        if (unsent != null) {
            unsent.abandon();
        }
        unsent = null;
    }

    /** Bytes of updates that were written since the session began. */
    long writtenBytes() {
        return writtenBytes;
    }
}
