package io.tickgate.gateway.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;

/**
 * Sees a connection through its TLS handshake and goes on as ALPN decided. First it waits for the ClientHello, since neither
 * OpenSSL nor BoringSSL, as Netty drives them, refuses a client that has no protocol in common with us, as RFC 7301 §3.2 has it.
 * Owned by the connection's loop; bounded by the request timeout and {@link #MAX_HELLO_BYTES}.
 */
final class TlsHandshake extends SslClientHelloHandler<Boolean> {
    /** Post-quantum key shares and all, a browser's is under 2 KiB. */
    private static final int MAX_HELLO_BYTES = 16_384;
    /** A fatal no_application_protocol, not yet encrypted (RFC 8446 §6). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final HttpLoop loop;
    private final Countdown countdown;
    private boolean refused;

    TlsHandshake(HttpLoop loop, Countdown countdown) {
        super(MAX_HELLO_BYTES);
        this.loop = loop;
        this.countdown = countdown;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        countdown.handTo(() -> {
            loop.count(Counter.TLS_HANDSHAKES_LATE);
            ctx.close();
        });
        ctx.pipeline().addLast(new Outcome(loop, countdown));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, ByteBuf clientHello) {
        return ctx.executor().newSucceededFuture(clientHello == null || !ClientHello.offersOnlyOthers(clientHello));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Boolean> isAcceptable) {
        if (isAcceptable.getNow()) {
            SslHandler handler = loop.tls().newHandler(ctx.alloc());
            // The countdown covers the handshake and needs no timer per connection.
            handler.setHandshakeTimeoutMillis(0);
            ctx.pipeline().replace(this, null, handler);
        } else {
            refused = true;
            loop.count(Counter.TLS_HANDSHAKES_FAILED);
            ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Waits for the end of the handshake (RFC 7301). */
    private static final class Outcome extends ApplicationProtocolNegotiationHandler {
        private final HttpLoop loop;
        private final Countdown countdown;

        Outcome(HttpLoop loop, Countdown countdown) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.loop = loop;
            this.countdown = countdown;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            loop.count(Counter.TLS_HANDSHAKES_DONE);
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                Http2ServerConnection.start(ctx.pipeline(), loop, countdown);
            } else {
                Http1Connection.start(ctx.pipeline(), loop, countdown);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event == HttpLoop.Phase.ENDING) {
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
            if (cause instanceof DecoderException && !(cause.getCause() instanceof RuntimeException)) {
                loop.count(Counter.TLS_HANDSHAKES_FAILED);
                loop.count(Counter.HTTP_MALFORMED);
            }
            FirstBytes.broke(loop, ctx, cause);
        }
    }
}
