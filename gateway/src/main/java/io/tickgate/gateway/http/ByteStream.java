package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;

/**
 * The outbound side of one connection or HTTP/2 stream. Owned by its event loop. What is written is sent at the next
 * {@link #flush()}, or earlier.
 */
public interface ByteStream {

    /**
     * Writes bytes that may be shared with other connections. The caller keeps its reference: what can't leave at once is
     * retained if nothing else is pending, else copied, so that a slow peer pins at most one shared buffer.
     */
    void write(ByteBuf shared);

    /** Writes bytes that are this connection's alone and releases them. */
    void writeAndRelease(ByteBuf own);

    /** Hands what was written to the kernel; does nothing when all was. */
    void flush();

    /** Bytes written but not taken by the kernel or the HTTP/2 window yet. */
    long pendingBytes();

    /** Whether flushed bytes leave only some time later, so that some are pending even if the reader is fast. */
    default boolean isDelayed() {
        return false;
    }
}
