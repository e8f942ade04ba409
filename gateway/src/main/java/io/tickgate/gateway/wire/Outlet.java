package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.compress.ContentSum;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ServerMessage;

/**
 * Where a session's bytes leave: one client connection or stream as a transport speaks it. Owned by the connection's event
 * loop. Nothing is flushed before {@link #flush()}, which the shard calls once per turn.
 */
public interface Outlet {

    /** The format that {@link #write} expects. */
    WireFormat format();

    /**
     * Writes bytes that are already in {@link #format()} and may be shared with other connections.
     *
     * @param encoded never changed nor released here; an outlet that keeps them retains a slice if it holds nothing else,
     *        and copies them otherwise, so that a slow client pins at most one turn's buffer
     */
    void write(ByteBuf encoded);

    /**
     * The sum of the content of what {@link #write} got last, or of several calls together; told if the format's framing is
     * summed.
     */
    default void wrote(ContentSum sum) {}

    /** Writes a control message or the answer to a command. */
    void send(ServerMessage message);

    /** Writes the transport's sign of life. */
    void heartbeat(long timeMs);

    /** Hands what was written to the kernel, if anything was. */
    void flush();

    /** Bytes written but not yet taken by the kernel or the peer's window. */
    long pendingBytes();

    /** Whether {@link #flush()} would do anything: not where the kernel took all that was written. */
    default boolean isFlushDue() {
        return pendingBytes() > 0;
    }

    /** Whether flushed bytes leave only some time later, or when they are asked for, so that some are pending all the time. */
    default boolean isDelayed() {
        return false;
    }

    /** Whether the client fetches what was written, so that what it has not fetched when the session is closed is lost. */
    default boolean isFetched() {
        return false;
    }

    /**
     * Whether it is one answer of many, and the client asks again after the number up to which it was answered. What such a client
     * lacks is collected in the order of the numbers, so that wherever the answer ends it ends at one number on all channels; and it
     * gets no last value again that it has.
     */
    default boolean isPoll() {
        return false;
    }

    /**
     * The client has been written all up to a node-wide number on all its channels. Told at the end of a turn after updates in the
     * {@link WireFormat#lagging()} format.
     */
    default void reached(long number) {}

    /** Ends the connection and tells the client why, as far as the transport can; flushes. */
    void close(Disconnect reason);
}
