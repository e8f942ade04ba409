package io.tickgate.gateway.session;

import io.tickgate.gateway.metrics.Counter;

/** The transports as they are told apart in metrics and statistics. */
public enum TransportKind {
    // @formatter:off
    WEBSOCKET(Counter.SESSIONS_OPENED_WEBSOCKET, Counter.SESSIONS_CLOSED_WEBSOCKET),
    SSE(Counter.SESSIONS_OPENED_SSE, Counter.SESSIONS_CLOSED_SSE),
    SOCKETIO(Counter.SESSIONS_OPENED_SOCKETIO, Counter.SESSIONS_CLOSED_SOCKETIO),
    LONGPOLL(Counter.SESSIONS_OPENED_LONGPOLL, Counter.SESSIONS_CLOSED_LONGPOLL);
    // @formatter:on

    private final Counter opened;
    private final Counter closed;

    TransportKind(Counter opened, Counter closed) {
        this.opened = opened;
        this.closed = closed;
    }

    public Counter opened() {
        return opened;
    }

    public Counter closed() {
        return closed;
    }
}
