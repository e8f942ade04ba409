package io.tickgate.gateway.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

import io.tickgate.protocol.compress.Coding;

/**
 * One request and its answer, whichever HTTP carried it. Owned by the connection's event loop: every method is called there.
 */
public interface Exchange {

    EventLoop loop();

    Request request();

    /**
     * Sends a whole response and ends the exchange. Once the client is gone it does nothing.
     */
    void respond(Response response);

    /**
     * The content coding of an answer that can be had in any of these, the best first; {@link Coding#IDENTITY} if the client takes
     * none of them now, or nothing is to be compressed. Caches are told that the answer depends on it.
     */
    Coding chooseCoding(List<Coding> offered);

    /**
     * Begins a response whose body goes on until somebody closes it (SSE). Its head leaves with the stream's first flush.
     *
     * @param head status and headers, its body ignored
     * @param listener told when the client is gone
     */
    ResponseStream openStream(Response head, ResponseStream.Listener listener);

    /** Whether the request is a valid WebSocket opening handshake (RFC 6455 §4.2.1, RFC 8441 §5). */
    boolean isWebSocketUpgrade();

    /**
     * Completes the opening handshake; the exchange ends and the connection, or stream, goes on as WebSocket. The listener is told nothing
     * before the caller has returned to the event loop.
     *
     * @param listener gets what the client sends
     */
    WebSocketConnection upgradeToWebSocket(WebSocketOptions options, WebSocketConnection.Listener listener);

    /**
     * Has the connection owned by another event loop from now on, for a request that belongs to what lives there. Until
     * {@code onMoved} is called nothing may be called here, and afterwards {@link #loop()} is that loop.
     *
     * @param onMoved called on {@code loop}, also if the client went away meanwhile
     * @return whether it moves; if not, as with HTTP/2 streams, pipelined requests and io_uring, nothing happens
     */
    boolean moveTo(EventLoop loop, Runnable onMoved);

    /** Called if the client goes away before the answer was given; at most one, the last set. */
    void onAbort(Runnable listener);

    /** The request's body, empty if none; valid until the exchange is answered. */
    ByteBuf body();
}
