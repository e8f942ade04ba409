package io.tickgate.loadtest.swarm;

/** How subscribers connect. */
public enum Kind {
    /** WebSocket. */
    WS("/ws"),
    /** Server-sent events over HTTP/1.1. */
    SSE("/events"),
    /** Socket.IO 5 over Engine.IO 4, WebSocket only. */
    SIO("/socket.io/?EIO=4&transport=websocket"),
    /** Server-sent events over streams of HTTP/2. */
    H2("/events");

    private final String path;

    Kind(String path) {
        this.path = path;
    }

    /** The request target a gateway serves it at, without channels. */
    public String path() {
        return path;
    }
}
