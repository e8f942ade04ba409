package io.tickgate.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

import io.tickgate.gateway.http.HttpLoop.Countdown;

/**
 * Closes a connection so that the peer can read the last bytes: our side first, its side when it follows or time is up.
 * Closing at once while the peer still sends would reset the connection and take those bytes with it (RFC 9112 §9.6).
 */
final class GentleClose {

    private GentleClose() {}

    /**
     * Sends what is pending, then ends our side. The caller discards what still comes in, and has set the countdown to a limit
     * for the sending; from then on it's the limit for the peer's close.
     */
    static void begin(HttpLoop loop, Channel channel, Countdown countdown) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                channel.close();
                return;
            }
            loop.awaitClose(countdown);
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                ((DuplexChannel) channel).shutdownOutput();
            } else {
                // The peer answers close_notify by closing.
                tls.closeOutbound();
            }
        });
    }
}
