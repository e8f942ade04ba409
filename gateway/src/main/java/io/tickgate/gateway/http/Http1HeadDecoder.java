package io.tickgate.gateway.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's strict request decoder, which also knows whether a head has begun to arrive: the handlers behind it see whole heads
 * only. Owned by the connection's loop; bounded by the limits of the settings.
 */
final class Http1HeadDecoder extends HttpRequestDecoder {
    private boolean midHead;

    Http1HeadDecoder(HttpSettings settings) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(settings.urlBytes())
                .setMaxHeaderSize(settings.requestHeadBytes()));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        int before = out.size();
        super.decode(ctx, in, out);
        midHead = out.size() == before;
    }

    boolean isMidHead() {
        return midHead;
    }
}
