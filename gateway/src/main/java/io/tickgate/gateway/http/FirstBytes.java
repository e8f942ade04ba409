package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;

/**
 * The first handler of every connection: finds out by the first bytes what the peer speaks, sets up the pipeline for it and
 * leaves. Owned by the connection's loop; holds at most what one read brought, for the request timeout.
 */
final class FirstBytes extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(FirstBytes.class);
    /** The content type of a TLS handshake record (RFC 8446 §5.1). */
    private static final int TLS_HANDSHAKE = 22;
    /** RFC 9113 §3.4. */
    private static final byte[] HTTP2_PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpLoop loop;
    private final Countdown countdown;

    FirstBytes(HttpLoop loop, Countdown countdown) {
        this.loop = loop;
        this.countdown = countdown;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        boolean isTls = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
        if (isTls != (loop.tls() != null)) {
            LOG.debug("{} speaks {}", ctx.channel(), isTls ? "TLS on a plain port" : "no TLS on a TLS port");
            loop.count(Counter.HTTP_MALFORMED);
            in.skipBytes(in.readableBytes());
            ctx.close();
        } else if (isTls) {
            startTls(ctx);
        } else {
            startPlain(ctx, in);
        }
    }

    private void startTls(ChannelHandlerContext ctx) {
        ctx.pipeline().addLast(new TlsHandshake(loop, countdown));
        ctx.pipeline().remove(this);
    }

    private void startPlain(ChannelHandlerContext ctx, ByteBuf in) {
        int compared = Math.min(in.readableBytes(), HTTP2_PREFACE.length);
        int same = 0;
        while (same < compared && in.getByte(in.readerIndex() + same) == HTTP2_PREFACE[same]) {
            same++;
        }
        if (same == HTTP2_PREFACE.length) {
            Http2ServerConnection.start(ctx.pipeline(), loop, countdown);
            ctx.pipeline().remove(this);
        } else if (same < compared) {
            Http1Connection.start(ctx.pipeline(), loop, countdown);
            ctx.pipeline().remove(this);
        }
    }

    /** A planned stop: who has said nothing yet waits for nothing. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof HttpLoop.Phase && actualReadableBytes() == 0) {
            ctx.close();
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.cancel(countdown);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broke(loop, ctx, cause);
    }

    static void broke(HttpLoop loop, ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof RuntimeException && !(cause instanceof DecoderException)) {
            loop.failed("connection set-up", cause);
        } else {
            LOG.debug("{} broke: {}", ctx.channel(), cause.toString());
        }
        ctx.close();
    }
}
