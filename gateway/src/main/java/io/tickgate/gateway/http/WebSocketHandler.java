package io.tickgate.gateway.http;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketDecoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;
import io.tickgate.protocol.websocket.WebSocketFault;

/**
 * A connection after the WebSocket opening handshake, the only handler that stays in its pipeline. Owned by its loop; what
 * comes in is bounded by the decoder's message limit, the pongs by the outbound high watermark.
 */
final class WebSocketHandler extends ChannelInboundHandlerAdapter
        implements
            WebSocketConnection,
            WebSocketDecoder.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandler.class);
    private static final ByteBuf PING = ping(Unpooled.directBuffer(2));

    private enum State {
        /** The caller that upgraded has not returned yet: its listener is told nothing. */
        OPENING, OPEN,
        /** We have sent a close frame and wait for the peer's (RFC 6455 §7.1.2). */
        CLOSE_SENT,
        /** Whatever comes is discarded. */
        CLOSING
    }

    private final HttpLoop loop;
    private final Channel channel;
    private final SocketWriter writer;
    private final Listener listener;
    private final PermessageDeflate deflate;
    private final WebSocketDecoder decoder;
    private State state = State.OPENING;
    private ByteBuf early;
    private Countdown closing;

    /** @param deflate null if not agreed */
    WebSocketHandler(HttpLoop loop, Channel channel, SocketWriter writer, int maxMessageBytes,
            PermessageDeflate deflate, Listener listener) {
        this.loop = loop;
        this.channel = channel;
        this.writer = writer;
        this.listener = listener;
        this.deflate = deflate;
        decoder = deflate == null
                ? WebSocketDecoder.ofServer(maxMessageBytes)
                : WebSocketDecoder.ofServer(maxMessageBytes, deflate, loop.messageInflater());
        loop.loop().execute(this::open);
        writer.onDrained(this::drained);
    }

    private static ByteBuf ping(ByteBuf frame) {
        WebSocketEncoder.writePing(frame);
        return Unpooled.unreleasableBuffer(frame.asReadOnly());
    }

    // What comes in.

    private void open() {
        if (state == State.OPENING) {
            state = State.OPEN;
        }
        ByteBuf bytes = early;
        early = null;
        if (bytes != null) {
            decode(bytes);
            writer.flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state == State.OPENING) {
            early = early == null
                    ? bytes
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), early, bytes);
        } else {
            decode(bytes);
        }
    }

    private void decode(ByteBuf bytes) {
        try {
            if (state != State.CLOSING) {
                decoder.decode(bytes, this);
            }
        } catch (WebSocketFault fault) {
            loop.count(Counter.FRAMES_REFUSED);
            LOG.debug("{} broke WebSocket: {}", channel, fault.getMessage());
            fail(fault.disconnect());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        writer.flush();
    }

    @Override
    public void onText(ByteBuf text) {
        if (state == State.OPEN) {
            listener.onAlive();
            listener.onText(text);
        }
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        if (state == State.OPEN) {
            listener.onAlive();
            listener.onBinary(bytes);
        }
    }

    @Override
    public void onPing(ByteBuf payload) {
        if (state != State.OPEN) {
            return;
        }
        listener.onAlive();
        // RFC 6455 §5.5.3 allows to leave pings unanswered that a later one follows: so a peer that pings without reading
        // can't make us hold its pongs.
        if (writer.pendingBytes() < loop.settings().outboundHighWatermarkBytes()) {
            ByteBuf pong = channel.alloc().buffer(2 + payload.readableBytes());
            WebSocketEncoder.writePong(payload, pong);
            writer.writeAndRelease(pong);
        }
    }

    @Override
    public void onPong(ByteBuf payload) {
        if (state == State.OPEN) {
            listener.onAlive();
        }
    }

    @Override
    public void onClose(int code, String reason) {
        if (state != State.CLOSE_SENT) {
            writeClose(code, "");
        }
        // RFC 6455 §7.1.1: the server closes the TCP connection first.
        closeGently();
    }

    // What goes out.

    @Override
    public PermessageDeflate deflate() {
        return deflate;
    }

    @Override
    public void write(ByteBuf shared) {
        if (state.compareTo(State.OPEN) <= 0) {
            writer.write(shared);
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        if (state.compareTo(State.OPEN) <= 0) {
            writer.writeAndRelease(own);
        } else {
            own.release();
        }
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public long pendingBytes() {
        return writer.pendingBytes();
    }

    private void drained() {
        if (state == State.OPEN) {
            listener.onDrained();
        }
    }

    @Override
    public boolean isDelayed() {
        return writer.isDelayed();
    }

    @Override
    public void ping() {
        write(PING);
    }

    // The end.

    @Override
    public void close(int code, String reason) {
        if (state.compareTo(State.OPEN) <= 0) {
            writeClose(code, reason);
            state = State.CLOSE_SENT;
            awaitClose();
            writer.flush();
        }
    }

    @Override
    public void hangUp() {
        if (state.compareTo(State.OPEN) <= 0) {
            closeGently();
        }
    }

    /** A planned stop: by its end nobody speaks for this connection any more. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == HttpLoop.Phase.ENDING) {
            close(Disconnect.SERVICE_RESTART.code(), Disconnect.SERVICE_RESTART.word());
        }
    }

    /** Closes after a breach of the protocol: nothing that follows it can be understood. */
    private void fail(Disconnect reason) {
        if (state == State.OPEN) {
            writeClose(reason.code(), reason.word());
        }
        closeGently();
    }

    private void closeGently() {
        state = State.CLOSING;
        awaitClose();
        GentleClose.begin(loop, channel, closing);
    }

    private void writeClose(int code, String reason) {
        ByteBuf frame = channel.alloc().buffer(32);
        WebSocketEncoder.writeClose(code, reason, frame);
        writer.writeAndRelease(frame);
    }

    private void awaitClose() {
        if (closing == null) {
            closing = new Countdown(this::abort);
        }
        loop.awaitClose(closing);
    }

    @Override
    public void abort() {
        state = State.CLOSING;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.CLOSING;
        if (closing != null) {
            loop.cancel(closing);
        }
        if (early != null) {
            early.release();
            early = null;
        }
        decoder.release();
        listener.onClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("{} broke: {}", channel, cause.toString());
            abort();
        } else {
            loop.failed("WebSocket connection", cause);
            close(Disconnect.INTERNAL.code(), Disconnect.INTERNAL.word());
        }
    }
}
