package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/** Makes exchanges of the frames of one HTTP/2 connection. Owned by its loop; holds nothing itself. */
final class Http2Requests extends Http2FrameAdapter {
    private final Http2ServerConnection connection;

    Http2Requests(Http2ServerConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        connection.awaitRequestIfIdle();
        if (connection.loop().phase() != HttpLoop.Phase.SERVING) {
            connection.leave();
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int streamDependency,
            short weight, boolean exclusive, int padding, boolean endStream) {
        onHeadersRead(ctx, streamId, headers, padding, endStream);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding,
            boolean endStream) {
        Http2Exchange exchange = connection.exchange(streamId);
        if (exchange == null) {
            Http2Stream stream = connection.connection().stream(streamId);
            exchange = new Http2Exchange(connection, stream, head(headers));
            connection.opened(stream, exchange);
            exchange.begin(headers, endStream);
        } else if (endStream) {
            // Trailers (RFC 9113 §8.1): nobody asks for them.
            exchange.bodyEnded();
        }
    }

    private RequestHead head(Http2Headers headers) {
        CharSequence path = headers.path();
        return new RequestHead(headers.method().toString(), path == null ? "" : path.toString(),
                new HeaderFields.OfHttp2(headers), "HTTP/2", connection.isSecure(), connection.channel());
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        int taken = data.readableBytes() + padding;
        Http2Exchange exchange = connection.exchange(streamId);
        if (exchange != null && !exchange.isAnswered()) {
            exchange.bodyRead(data, endOfStream);
        }
        return taken;
    }
}
