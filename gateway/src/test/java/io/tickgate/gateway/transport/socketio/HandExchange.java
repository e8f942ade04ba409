package io.tickgate.gateway.transport.socketio;

import java.util.HexFormat;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.gateway.testing.MemoryExchange;

/** A request of a Socket.IO client, and what the transport makes of it; it may become a WebSocket and move between loops. */
final class HandExchange extends MemoryExchange {
    private final HandTurnedTransport io;
    private final String method;
    private EventLoop loop;
    boolean upgradeable;
    /** What it was upgraded to, or null. */
    HandWebSocket webSocket;

    HandExchange(HandTurnedTransport io, EventLoop loop, String method, String query) {
        super(loop, "/socket.io/?" + query);
        this.io = io;
        this.loop = loop;
        this.method = method;
    }

    HandExchange make() {
        io.handle(this);
        return this;
    }

    /** The body of the answer, packets separated by {@code |}. */
    @Override
    public String answer() {
        return super.answer().replace('\u001e', '|');
    }

    /** The body of the answer as hexadecimal digits. */
    String answerHex() {
        return HexFormat.of().formatHex(answerBytes());
    }

    @Override
    public void abort() {
        super.abort();
        io.turn();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public boolean isWebSocketUpgrade() {
        return upgradeable;
    }

    @Override
    public WebSocketConnection upgradeToWebSocket(WebSocketOptions options, WebSocketConnection.Listener listener) {
        webSocket = new HandWebSocket(io, listener);
        return webSocket;
    }

    @Override
    public boolean moveTo(EventLoop target, Runnable onMoved) {
        target.execute(() -> {
            loop = target;
            onMoved.run();
        });
        return true;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }
}
