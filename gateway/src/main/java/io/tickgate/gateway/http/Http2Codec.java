package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

import io.tickgate.gateway.http.HttpLoop.Countdown;

/** Puts together what Netty has for one server connection of HTTP/2, with our guard between reader and decoder. */
final class Http2Codec {

    /** Of the reason in a GOAWAY, which may quote the peer. */
    private static final int MAX_REASON_CHARACTERS = 200;

    private Http2Codec() {}

    static Http2ServerConnection connection(HttpLoop loop, Countdown countdown, Channel channel) {
        HttpSettings settings = loop.settings();
        Http2FloodGuard guard = new Http2FloodGuard(settings);
        Http2Connection connection = new DefaultHttp2Connection(true);
        // Priorities are deprecated (RFC 9113 §5.3.2) and their tree costs memory for each stream.
        connection.remote().flowController(
                new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter());
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(connection, encoder,
                reader(settings, connection, guard), Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, true,
                true);
        Http2Settings initialSettings = Http2Settings.defaultSettings().maxConcurrentStreams(settings.streams())
                .maxHeaderListSize(settings.requestHeadBytes()).connectProtocolEnabled(true);
        Http2ServerConnection server = new Http2ServerConnection(decoder, encoder, initialSettings, loop, countdown,
                channel, guard);
        decoder.frameListener(new Http2Requests(server));
        return server;
    }

    private static Http2FrameReader reader(HttpSettings settings, Http2Connection connection,
            Http2FloodGuard guard) {
        return new Http2GuardedReader(
                new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, settings.requestHeadBytes()),
                        Http2Flood.SMALL_CONTINUATIONS),
                connection, guard);
    }

    /** What a GOAWAY says besides its code. */
    static ByteBuf debugData(ChannelHandlerContext ctx, String reason) {
        String text = reason == null ? "" : reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARACTERS));
        return ByteBufUtil.writeUtf8(ctx.alloc(), text);
    }
}
