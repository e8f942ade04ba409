package io.tickgate.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** One request on HTTP/1.x and its answer. Owned by the connection's loop. */
final class Http1Exchange extends HttpExchange {
    private final Http1Connection connection;
    private boolean keepAlive;

    Http1Exchange(Http1Connection connection, HttpLoop loop, Channel channel, RequestHead head, boolean keepAlive) {
        super(loop, channel, head);
        this.connection = connection;
        this.keepAlive = keepAlive;
    }

    boolean isKeepAlive() {
        return keepAlive;
    }

    void forbidKeepAlive() {
        keepAlive = false;
    }

    @Override
    void send(Response response) {
        connection.sendResponse(this, response);
    }

    @Override
    ResponseStream sendStream(Response head, ResponseStream.Listener listener) {
        return connection.sendStreamHead(this, head, listener);
    }

    @Override
    Response handshakeProblem() {
        return WebSocketUpgrade.problem(head());
    }

    @Override
    WebSocketConnection sendUpgrade(WebSocketOptions options, WebSocketConnection.Listener listener) {
        return connection.upgrade(this, options, listener);
    }

    @Override
    void abandon() {
        connection.abort();
    }

    @Override
    public boolean moveTo(EventLoop target, Runnable onMoved) {
        return connection.moveTo(this, target, onMoved);
    }

    @Override
    public boolean isWebSocketUpgrade() {
        return WebSocketUpgrade.isAsked(head());
    }
}
