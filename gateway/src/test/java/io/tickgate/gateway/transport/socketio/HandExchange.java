package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.http.WebSocketConnection;

/** A request made in memory, and what the transport makes of it. */
final class HandExchange implements Exchange, Request {
    private final HandTurnedTransport io;
    private final String method;
    private final Map<String, String> query = new LinkedHashMap<>();
    private EventLoop loop;
    private Runnable onAbort;
    private Response response;
    ByteBuf body = Unpooled.EMPTY_BUFFER;
    boolean upgradeable;
    /** What it was upgraded to, or null. */
    HandWebSocket webSocket;

    HandExchange(HandTurnedTransport io, EventLoop loop, String method, String queryText) {
        this.io = io;
        this.loop = loop;
        this.method = method;
        for (String pair : queryText.split("&")) {
            query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
    }

    HandExchange make() {
        io.handle(this);
        return this;
    }

    boolean isAnswered() {
        return response != null;
    }

    int status() {
        return response.status();
    }

    /** The body of the answer, packets separated by {@code |}. */
    String answer() {
        return new String(response.body(), StandardCharsets.UTF_8).replace('\u001e', '|');
    }

    void abort() {
        Runnable told = onAbort;
        onAbort = null;
        told.run();
        io.turn();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Request request() {
        return this;
    }

    @Override
    public void respond(Response given) {
        if (response != null) {
            throw new IllegalStateException("answered twice");
        }
        response = given;
        onAbort = null;
    }

    @Override
    public ResponseStream openStream(Response head, ResponseStream.Listener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWebSocketUpgrade() {
        return upgradeable;
    }

    @Override
    public WebSocketConnection upgradeToWebSocket(String subprotocol, int maxMessageBytes,
            WebSocketConnection.Listener listener) {
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
    public void onAbort(Runnable listener) {
        onAbort = listener;
    }

    @Override
    public ByteBuf body() {
        return body;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return "/socket.io/";
    }

    @Override
    public String pathRest() {
        return "";
    }

    @Override
    public String query(String name) {
        return query.get(name);
    }

    @Override
    public List<String> queryAll(String name) {
        return query.containsKey(name) ? List.of(query.get(name)) : List.of();
    }

    @Override
    public String header(String name) {
        return null;
    }

    @Override
    public String cookie(String name) {
        return null;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }
}
