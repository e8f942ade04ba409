package io.tickgate.gateway.wire;

import java.util.function.Function;

import io.tickgate.gateway.model.Publication;

/**
 * The turns in which a loop encodes what connections of one format get: one set for all of them, so that what a turn reads of it for each of
 * thousands stays in the processor's cache. Owned by its loop.
 */
public final class FormatTurns {
    private final FormatTurn inStep;
    private final FormatTurn lagging;
    /** For what is the user's own, in step and not; null where that is written like everything else. */
    private final FormatTurn plain;
    private final FormatTurn laggingPlain;

    /** @param turns gives the loop's turn for a format */
    FormatTurns(WireFormat format, Function<WireFormat, FormatTurn> turns) {
        inStep = turns.apply(format);
        lagging = turns.apply(format.lagging());
        WireFormat own = format.framing() == null ? null : format.framing().plain();
        plain = own == null ? null : turns.apply(own);
        laggingPlain = own == null ? null : turns.apply(own.lagging());
    }

    public WireFormat format() {
        return inStep.format();
    }

    /** What encodes for one connection alone, and for those in step. */
    public FormatTurn inStep() {
        return inStep;
    }

    /**
     * Where an update is to be taken from by a connection that does not find it in a shared stream.
     *
     * @param isLagging whether it is to be written as for who is not in step
     */
    public FormatTurn find(Publication publication, boolean isLagging) {
        if (plain != null && publication.topic().kind().isPrivate()) {
            return isLagging ? laggingPlain : plain;
        }
        return isLagging ? lagging : inStep;
    }

    /** Whether a connection could share a stream. */
    public boolean areShareable() {
        Framing framing = format().framing();
        return framing != null && framing.isContinuous();
    }

    /** Whether all that a connection gets, its own included, is in one compressed stream. */
    public boolean areOneStream() {
        return format().framing() != null && plain == null;
    }

    /** Whether a connection must leave the stream that it follows before it takes an update from here. */
    public boolean interrupt(RunSource source) {
        return source == inStep || source == lagging;
    }
}
