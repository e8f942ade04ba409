package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.websocket.PermessageDeflate;

/** A connection, or HTTP/2 stream, after the WebSocket opening handshake (RFC 6455, RFC 8441). Owned by its event loop. Writers write whole frames. */
public interface WebSocketConnection extends ByteStream {

    /** What the client sends; every method is called on the loop, the buffers are valid during the call only. */
    interface Listener {
        /** A text message, its UTF-8 checked. */
        void onText(ByteBuf text);

        void onBinary(ByteBuf bytes);

        /** Any frame, pongs included: a sign of life. Pings are answered by the connection itself. */
        void onAlive();

        /**
         * The kernel has taken the bytes that {@link ByteStream#pendingBytes()} told of. Called outside of the writer's own calls,
         * whenever something was pending after a flush and nothing is any more; not once it's closing.
         */
        default void onDrained() {}

        /** The connection has ended, by whomever; called once. */
        void onClosed();
    }

    /** What was agreed of permessage-deflate: a message may be written deflated, or not. Null if none may. */
    PermessageDeflate deflate();

    /**
     * Whether the client may go on sending; what has been received of it is handed out all the same. For whoever answers by more
     * than a client has read.
     */
    void setReading(boolean wanted);

    /** Writes a ping frame without payload. */
    void ping();

    /** Sends a close frame, flushes, and ends the connection once the peer has answered or some seconds later. */
    void close(int code, String reason);

    /** Sends what is pending and ends the connection without a close frame, so that it looks lost to the client. */
    void hangUp();

    /** Ends the connection at once, without a close frame. */
    void abort();
}
