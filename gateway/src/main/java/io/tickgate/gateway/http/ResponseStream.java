package io.tickgate.gateway.http;

/** A response body without an end known beforehand. Owned by the connection's event loop. */
public interface ResponseStream extends ByteStream {

    /** Who wants to know what becomes of the client; every method is called on the loop. */
    interface Listener {
        /**
         * The bytes that {@link ByteStream#pendingBytes()} told of have been taken, by the kernel or, on HTTP/2, by the stream's
         * and the connection's windows. Called outside of the writer's own calls, whenever something was pending after a flush
         * and nothing is any more; now and then also when that took no time.
         */
        default void onDrained() {}

        /** The client closed or reset the connection or stream; called once, not after {@link ResponseStream#close()}. */
        void onClosed();
    }

    /**
     * Whether whoever writes must wrap each piece as a chunk (RFC 9112 §7.1). It's the writer's task, since a chunk shared by
     * many connections is then made once.
     */
    boolean isChunked();

    /** Ends the body as its framing says, after what is pending; the peer sees a complete response. */
    void close();

    /**
     * Drops what is pending and ends the body at once, so that the peer sees that it was cut off; the listener isn't told. For a
     * client that doesn't read.
     */
    default void abort() {
        close();
    }
}
