package io.tickgate.gateway.session;

import java.util.function.Function;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Framing;
import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.RunSource;
import io.tickgate.gateway.wire.StreamCursor;
import io.tickgate.gateway.wire.Tally;
import io.tickgate.gateway.wire.WireFormat;

/**
 * The ways in which a session's updates can be written, and which of them is taken: as the loop encodes them for all that
 * are written alike, or in a stream that it shares with those that get the same. Sessions of one format that share no stream have
 * the same course, see {@link Courses}. Owned by the sessions' loop.
 */
public final class Course {
    private final FormatTurn inStep;
    private final FormatTurn lagging;
    /** For what is the user's own, in step and not; null where that is written like everything else. */
    private final FormatTurn plain;
    private final FormatTurn laggingPlain;
    /** The same for who shares no stream; itself if it is that. */
    private final Course alone;
    /** Null for who shares no stream. */
    private final StreamCursor cursor;

    /** @param turns gives the loop's turn for a format */
    Course(WireFormat format, Function<WireFormat, FormatTurn> turns) {
        inStep = turns.apply(format);
        lagging = turns.apply(format.lagging());
        WireFormat own = format.framing() == null ? null : format.framing().plain();
        plain = own == null ? null : turns.apply(own);
        laggingPlain = own == null ? null : turns.apply(own.lagging());
        alone = this;
        cursor = null;
    }

    private Course(Course alone, StreamCursor cursor) {
        inStep = alone.inStep;
        lagging = alone.lagging;
        plain = alone.plain;
        laggingPlain = alone.laggingPlain;
        this.alone = alone;
        this.cursor = cursor;
    }

    /** One session's, which shares a stream from the next keyframe on. */
    public Course sharing(StreamCursor shared) {
        return new Course(alone, shared);
    }

    /** The same without a shared stream. */
    public Course alone() {
        return alone;
    }

    /** The outlet's. */
    public WireFormat format() {
        return inStep.format();
    }

    /** Whether it could share a stream. */
    public boolean isShareable() {
        Framing framing = format().framing();
        return framing != null && framing.isContinuous();
    }

    /** Whether what it has got of a shared stream is referred to by what follows there. */
    public boolean isFollowing() {
        return cursor != null && cursor.isFollowing();
    }

    /** What it gets next is not of the shared stream; all that it took of that is written. */
    public void leave() {
        cursor.leave();
    }

    /**
     * Where an update is to be taken from.
     *
     * @param isLagging whether it is to be written as for who is not in step
     * @param mayShare whether the session gets now what others do
     */
    RunSource find(Publication publication, boolean isLagging, boolean mayShare) {
        if (plain != null && publication.topic().kind().isPrivate()) {
            return isLagging ? laggingPlain : plain;
        }
        RunSource shared = cursor != null && mayShare ? cursor.find(publication, isLagging) : null;
        return shared != null ? shared : isLagging ? lagging : inStep;
    }

    /** Whether the session must leave its stream before it takes an update from here. */
    public boolean isApart(RunSource source) {
        return isFollowing() && (source == inStep || source == lagging);
    }

    static boolean isShared(RunSource source) {
        return !(source instanceof FormatTurn);
    }

    Run append(RunSource source, Run before, Publication publication, Tally tally) {
        return source instanceof FormatTurn turn
                ? turn.append(before, publication, tally)
                : cursor.take(source, before, tally);
    }

    /** Updates that were taken from a source are not written. */
    void giveBack(RunSource source, int updates) {
        if (isShared(source)) {
            cursor.giveBack(updates);
        }
    }

    /** What encodes for this session alone, and for those that are written alike. */
    public FormatTurn own() {
        return inStep;
    }

    /** Its place in a shared stream; null if it shares none. */
    public StreamCursor cursor() {
        return cursor;
    }
}
