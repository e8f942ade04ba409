package io.tickgate.gateway.http;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.websocket.PermessageDeflate;

/**
 * A TCP connection that was upgraded to WebSocket, the only handler that stays in its pipeline. Owned by its loop; holds
 * nothing itself.
 */
final class WebSocketHandler extends ChannelInboundHandlerAdapter implements WebSocketMachine.Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandler.class);

    private final HttpLoop loop;
    private final Channel channel;
    private final SocketWriter writer;
    private final WebSocketMachine machine;

    /** @param deflate null if not agreed */
    WebSocketHandler(HttpLoop loop, Channel channel, SocketWriter writer, int maxMessageBytes,
            PermessageDeflate deflate, WebSocketConnection.Listener listener) {
        this.loop = loop;
        this.channel = channel;
        this.writer = writer;
        machine = new WebSocketMachine(loop, channel.alloc(), writer, this, maxMessageBytes, deflate, listener);
        writer.onDrained(machine::drained);
        loop.count(Counter.WEBSOCKETS_HTTP1);
    }

    WebSocketMachine machine() {
        return machine;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            machine.received(bytes);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        writer.flush();
    }

    @Override
    public void setReading(boolean wanted) {
        channel.config().setAutoRead(wanted);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == HttpLoop.Phase.ENDING) {
            machine.stop();
        }
    }

    @Override
    public void end(Countdown countdown) {
        GentleClose.begin(loop, channel, countdown);
    }

    @Override
    public void abort() {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        machine.gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{} broke: {}", channel, cause.toString());
            machine.abort();
        } else {
            loop.failed("WebSocket connection", cause);
            machine.close(Disconnect.INTERNAL.code(), Disconnect.INTERNAL.word());
        }
    }
}
