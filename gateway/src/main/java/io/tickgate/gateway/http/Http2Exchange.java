package io.tickgate.gateway.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.websocket.PermessageDeflate;

/** One request on HTTP/2 and its answer: one stream. Owned by the connection's loop. */
final class Http2Exchange extends HttpExchange {
    private static final Response TIMED_OUT = Response.error(408, ErrorCode.BAD_REQUEST,
            "the request body did not arrive in time");

    private static final Response NO_WEBSOCKET_HERE = Response.error(ErrorCode.BAD_REQUEST,
            "this path opens no WebSocket");

    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private final boolean asksForWebSocket;
    private Countdown bodyCountdown;
    private int heldBytes;
    private boolean live = true;
    private Http2Outbound outbound;
    private Http2WebSocket webSocket;

    /** @param asksForWebSocket whether the request is an extended CONNECT (RFC 8441), for which {@code head} has a GET */
    Http2Exchange(Http2ServerConnection connection, Http2Stream stream, RequestHead head, boolean asksForWebSocket) {
        super(connection.loop(), connection.channel(), head);
        this.connection = connection;
        this.stream = stream;
        this.asksForWebSocket = asksForWebSocket;
    }

    // The request.

    void begin(Http2Headers headers, boolean isWhole) throws Http2FloodException {
        Response problem = Http2Rules.problem(headers, httpLoop().settings());
        if (problem != null) {
            refuse(problem);
        } else {
            route();
            if (!isRefused() && !takesBody(headers.getLong(HttpHeaderNames.CONTENT_LENGTH, 0))) {
                refuseBody();
            }
        }
        if (isWhole || isRefused() || asksForWebSocket) {
            dispatch();
            if (isWhole && webSocket != null) {
                webSocket.machine().peerEnded();
            }
        } else {
            bodyCountdown = new Countdown(this::bodyLate);
            httpLoop().awaitRequest(bodyCountdown);
            if (Http2Rules.expectsContinue(headers)) {
                writeContinue();
            }
        }
        if (problem == Http2Rules.HEADERS_TOO_LARGE) {
            connection.guard().spend(Http2Flood.HEADER_SIZE);
        }
    }

    /** Answers a request of which nothing was kept. */
    static void refuseHead(Http2ServerConnection connection, Http2Stream stream) {
        HeaderFields none = new HeaderFields.OfHttp2(EmptyHttp2Headers.INSTANCE);
        RequestHead unknown = new RequestHead("GET", "/", none, "HTTP/2", connection.isSecure(), connection.channel());
        Http2Exchange exchange = new Http2Exchange(connection, stream, unknown, false);
        connection.opened(stream, exchange);
        exchange.refuse(Http2Rules.HEADERS_TOO_LARGE);
        exchange.dispatch();
    }

    void bodyRead(ByteBuf data, boolean isLast) {
        if (asksForWebSocket) {
            // RFC 6455 §4.1: a client waits for the answer to its handshake.
            httpLoop().count(Counter.HTTP_MALFORMED);
            connection.reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        int length = data.readableBytes();
        if (!takesBody((long) bodyBytes() + length)) {
            refuseBody();
            requestEnded();
        } else if (!connection.holdBody(length)) {
            httpLoop().count(Counter.HTTP_MALFORMED);
            connection.reset(stream, Http2Error.ENHANCE_YOUR_CALM);
        } else {
            heldBytes += length;
            appendBody(data);
            if (isLast) {
                requestEnded();
            }
        }
    }

    void bodyEnded() {
        if (!isAnswered()) {
            requestEnded();
        }
    }

    private void requestEnded() {
        if (bodyCountdown != null && bodyCountdown.isWaiting()) {
            httpLoop().cancel(bodyCountdown);
            dispatch();
        }
    }

    private void bodyLate() {
        refuse(TIMED_OUT);
        dispatch();
        connection.flushOnce();
    }

    // The answer.

    @Override
    void send(Response response) {
        if (asksForWebSocket && response.status() / 100 == 2) {
            // RFC 9110 §9.3.6: to the client any 2xx would mean that its WebSocket is open.
            httpLoop().count(Counter.HTTP_REFUSED);
            send(NO_WEBSOCKET_HERE);
            return;
        }
        releaseHeld();
        boolean isBodyless = head().isHead() || response.body().length == 0;
        writeHeaders(response, true, isBodyless);
        if (!isBodyless) {
            outbound = new Http2Outbound(connection, stream, null);
            outbound.writeAndRelease(Unpooled.wrappedBuffer(response.body()));
            outbound.close();
        }
        ended();
        connection.flushOnce();
    }

    @Override
    ResponseStream sendStream(Response response, ResponseStream.Listener listener) {
        if (asksForWebSocket) {
            httpLoop().count(Counter.HTTP_REFUSED);
            send(NO_WEBSOCKET_HERE);
            return new GoneConnection(loop(), listener::onClosed);
        }
        releaseHeld();
        boolean isBodyless = head().isHead();
        writeHeaders(response, false, isBodyless);
        if (isBodyless) {
            ended();
            connection.flushOnce();
            return new GoneConnection(loop(), listener::onClosed);
        }
        outbound = new Http2Outbound(connection, stream, listener);
        return outbound;
    }

    private void writeHeaders(Response response, boolean hasLength, boolean isLast) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        headers.status(Integer.toString(response.status()));
        addFields(headers, response.headers());
        if (hasLength && response.status() != 204 && response.status() != 304) {
            headers.addInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        writeHeaders(headers, isLast);
    }

    private void writeHeaders(Http2Headers headers, boolean isLast) {
        addFields(headers, fixedHeaders());
        headers.add(HttpHeaderNames.DATE, httpLoop().date());
        connection.encoder().writeHeaders(connection.ctx(), stream.id(), headers, 0, isLast,
                connection.ctx().newPromise());
        connection.written();
        if (isLast) {
            endedBeforeRequest();
        }
    }

    /** RFC 9110 §10.1.1: the client waits for it before it sends the body. */
    private void writeContinue() {
        Http2Headers headers = new DefaultHttp2Headers(false).status("100");
        connection.encoder().writeHeaders(connection.ctx(), stream.id(), headers, 0, false,
                connection.ctx().newPromise());
        connection.written();
    }

    private static void addFields(Http2Headers headers, List<String> namesAndValues) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            headers.add(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }

    /** RFC 9113 §8.1: a response may end before its request; the reset asks the client not to send the rest. */
    private void endedBeforeRequest() {
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            connection.reset(stream, Http2Error.NO_ERROR);
        }
    }

    @Override
    Response handshakeProblem() {
        return WebSocketUpgrade.problemOnStream(head());
    }

    @Override
    WebSocketConnection sendUpgrade(WebSocketOptions options, WebSocketConnection.Listener listener) {
        PermessageDeflate deflate = WebSocketUpgrade.deflate(httpLoop(), head(), options);
        Http2Headers headers = new DefaultHttp2Headers(false).status("200");
        if (options.subprotocol() != null) {
            headers.add(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, options.subprotocol());
        }
        if (deflate != null) {
            headers.add(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, deflate.response());
        }
        writeHeaders(headers, false);
        webSocket = new Http2WebSocket(connection, stream, options.maxMessageBytes(), deflate, listener);
        return webSocket.machine();
    }

    boolean isWebSocket() {
        return webSocket != null;
    }

    /**
     * Takes the payload of a DATA frame of a WebSocket.
     *
     * @param bytes of the frame that the windows were charged with
     * @return how many of them the client may send again
     */
    int webSocketRead(ByteBuf data, int bytes, boolean isLast) {
        int taken = webSocket.received(data, bytes);
        if (isLast) {
            webSocket.machine().peerEnded();
        }
        return taken;
    }

    void stopWebSocket() {
        if (webSocket != null) {
            webSocket.machine().stop();
        }
    }

    /** A stream can't leave its connection. */
    @Override
    public boolean moveTo(EventLoop target, Runnable onMoved) {
        return false;
    }

    @Override
    public boolean isWebSocketUpgrade() {
        return asksForWebSocket;
    }

    @Override
    void abandon() {
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    // The end.

    /** The stream has ended, whoever ended it. */
    void streamClosed() {
        if (bodyCountdown != null) {
            httpLoop().cancel(bodyCountdown);
        }
        releaseHeld();
        ended();
        gone();
        if (outbound != null) {
            outbound.gone();
        }
        if (webSocket != null) {
            webSocket.streamClosed();
        }
    }

    private void ended() {
        if (live) {
            live = false;
            connection.ended();
        }
    }

    private void releaseHeld() {
        connection.releaseBody(heldBytes);
        heldBytes = 0;
    }
}
