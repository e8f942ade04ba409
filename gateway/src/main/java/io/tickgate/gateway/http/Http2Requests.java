package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

import io.tickgate.gateway.http.HttpLoop.Countdown;

/** Makes exchanges of the frames of one HTTP/2 connection. Owned by its loop. */
final class Http2Requests extends Http2FrameAdapter {
    private final Http2ServerConnection connection;
    /** Runs from the peer's settings to its acknowledgement of ours (RFC 9113 §6.5.3). */
    private Countdown settingsCountdown;

    Http2Requests(Http2ServerConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        if (settingsCountdown == null) {
            settingsCountdown = new Countdown(this::settingsLate);
            connection.loop().awaitRequest(settingsCountdown);
        }
        connection.awaitRequestIfIdle();
        if (connection.loop().phase() != HttpLoop.Phase.SERVING) {
            connection.leave();
        }
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) {
        // Nobody acknowledges before the preface, which has settings.
        connection.loop().cancel(settingsCountdown);
        // Netty would take a frame that is on its way to a stream it has refused for one of a stream that never was.
        connection.connection().remote().maxActiveStreams(Integer.MAX_VALUE);
    }

    /** Does nothing if the connection has ended meanwhile. */
    private void settingsLate() {
        connection.fail(Http2Error.SETTINGS_TIMEOUT, "our settings were not acknowledged in time");
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int streamDependency,
            short weight, boolean exclusive, int padding, boolean endStream) throws Http2Exception {
        onHeadersRead(ctx, streamId, headers, padding, endStream);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding,
            boolean endStream) throws Http2Exception {
        Http2Exchange exchange = connection.exchange(streamId);
        if (exchange == null) {
            if (connection.connection().remote().numActiveStreams() > connection.loop().settings().streams()) {
                throw Http2Exception.streamError(streamId, Http2Error.REFUSED_STREAM, "too many streams");
            }
            Http2Rules.check(streamId, headers);
            Http2Stream stream = connection.connection().stream(streamId);
            boolean asksForWebSocket = ConnectRules.asksForWebSocket(headers);
            exchange = new Http2Exchange(connection, stream, head(headers, asksForWebSocket), asksForWebSocket);
            connection.opened(stream, exchange);
            exchange.begin(headers, endStream);
        } else if (exchange.isWebSocket()) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "HEADERS within a tunnel (§8.5)");
        } else if (endStream) {
            // Trailers (RFC 9113 §8.1): nobody asks for them.
            exchange.bodyEnded();
        }
    }

    /** RFC 8441 §5: it stands for the GET that opens a WebSocket on HTTP/1.1. */
    private RequestHead head(Http2Headers headers, boolean asksForWebSocket) {
        String method = asksForWebSocket ? "GET" : headers.method().toString();
        CharSequence path = headers.path();
        return new RequestHead(method, path == null ? "" : path.toString(),
                new HeaderFields.OfHttp2(headers), "HTTP/2", connection.isSecure(), connection.channel());
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        int taken = data.readableBytes() + padding;
        Http2Exchange exchange = connection.exchange(streamId);
        if (exchange == null) {
            return taken;
        }
        if (exchange.isWebSocket()) {
            return exchange.webSocketRead(data, taken, endOfStream);
        }
        if (!exchange.isAnswered()) {
            exchange.bodyRead(data, endOfStream);
        }
        return taken;
    }
}
