package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.compress.Coding;

/**
 * How the content that a {@link WireFormat} writes becomes bytes on a connection: compressed as its client accepts, and framed
 * as its transport wants. Immutable; any loop.
 */
public interface Framing {
    /** The most bytes that a frame adds to its block. */
    int MAX_OVERHEAD_BYTES = 16;

    /** How blocks are compressed. */
    Coding coding();

    /** Whether blocks may refer to those that the connection got before. */
    boolean isContinuous();

    /** Content of fewer bytes is not compressed; 0 where it has to be. */
    int compressedFromBytes();

    /** Appends a compressed block in its frame. */
    void frame(ByteBuf block, ByteBuf out);

    /** Appends content as it is; only where {@link #compressedFromBytes()} allows it. */
    void framePlain(ByteBuf content, ByteBuf out);

    /**
     * The format of what concerns one connection alone, which may go anywhere between the blocks that it shares with others;
     * null where all bytes are of one compressed stream, so that it shares none behind bytes of its own.
     */
    WireFormat plain();

    /** Whether the stream ends with a sum of its content, so that the outlet is told the sum of what was written. */
    default boolean isSummed() {
        return coding() == Coding.GZIP && plain() == null;
    }
}
