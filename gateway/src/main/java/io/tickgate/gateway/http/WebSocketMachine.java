package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
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
 * One WebSocket after its opening handshake (RFC 6455), whatever carries its bytes: decodes, answers pings, and ends it. Owned
 * by its loop; what comes in is bounded by the decoder's message limit, the pongs by the outbound high watermark.
 */
final class WebSocketMachine implements WebSocketConnection, WebSocketDecoder.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketMachine.class);
    private static final ByteBuf PING = ping(Unpooled.directBuffer(2));

    /** The TCP connection or HTTP/2 stream beneath, but for what is written to it. */
    interface Carrier {
        /**
         * Sends what is pending, then ends our side. What the peer still sends is discarded until it has ended its side too.
         *
         * @param countdown set to a limit for the sending
         */
        void end(Countdown countdown);

        /** Drops what is pending and ends both sides at once. */
        void abort();

        /** Whether the peer may send more than is on its way already. */
        void setReading(boolean wanted);
    }

    private enum State {
        /** The caller that upgraded has not returned yet: its listener is told nothing. */
        OPENING, OPEN,
        /** We have sent a close frame and wait for the peer's (RFC 6455 §7.1.2). */
        CLOSE_SENT,
        /** Whatever comes is discarded. */
        CLOSING
    }

    // What a write reads stands together.
    private final ByteStream out;
    private State state = State.OPENING;
    private final HttpLoop loop;
    private final ByteBufAllocator alloc;
    private final Carrier carrier;
    private final Listener listener;
    private final PermessageDeflate deflate;
    private final WebSocketDecoder decoder;
    private ByteBuf early;
    private Countdown closing;
    private boolean reading = true;

    /**
     * @param out writes to the carrier
     * @param deflate null if not agreed
     */
    WebSocketMachine(HttpLoop loop, ByteBufAllocator alloc, ByteStream out, Carrier carrier, int maxMessageBytes,
            PermessageDeflate deflate, Listener listener) {
        this.loop = loop;
        this.alloc = alloc;
        this.out = out;
        this.carrier = carrier;
        this.listener = listener;
        this.deflate = deflate;
        decoder = deflate == null
                ? WebSocketDecoder.ofServer(maxMessageBytes)
                : WebSocketDecoder.ofServer(maxMessageBytes, deflate, loop.messageInflater());
        loop.loop().execute(this::open);
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
            received(bytes);
            bytes.release();
            out.flush();
        }
        if (loop.phase() == HttpLoop.Phase.ENDING) {
            stop();
        }
    }

    /** Bytes from the peer, which are read, and unmasked in place; they stay the caller's. */
    void received(ByteBuf bytes) {
        if (state == State.OPENING) {
            if (early == null) {
                early = alloc.buffer(bytes.readableBytes());
            }
            early.writeBytes(bytes);
            return;
        }
        if (state == State.CLOSING) {
            return;
        }
        try {
            decoder.decode(bytes, this);
        } catch (WebSocketFault fault) {
            loop.count(fault == WebSocketFault.TOO_MANY_FRAGMENTS ? Counter.FRAGMENTS_REFUSED : Counter.FRAMES_REFUSED);
            LOG.debug("a WebSocket client broke the protocol: {}", fault.getMessage());
            fail(fault.disconnect());
        } catch (RuntimeException | Error broken) {
            // The decoder was left in the midst of a frame.
            loop.failed("WebSocket connection", broken);
            fail(Disconnect.INTERNAL);
        }
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
        if (out.pendingBytes() < loop.settings().outboundHighWatermarkBytes()) {
            ByteBuf pong = alloc.buffer(2 + payload.readableBytes());
            WebSocketEncoder.writePong(payload, pong);
            out.writeAndRelease(pong);
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
        end();
    }

    @Override
    public void setReading(boolean wanted) {
        if (reading != wanted && state.compareTo(State.OPEN) <= 0) {
            reading = wanted;
            carrier.setReading(wanted);
        }
    }

    // What goes out.

    @Override
    public PermessageDeflate deflate() {
        return deflate;
    }

    @Override
    public void write(ByteBuf shared) {
        if (state.compareTo(State.OPEN) <= 0) {
            out.write(shared);
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        if (state.compareTo(State.OPEN) <= 0) {
            out.writeAndRelease(own);
        } else {
            own.release();
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public long pendingBytes() {
        return out.pendingBytes();
    }

    /** The carrier has taken what was pending. */
    void drained() {
        if (state == State.OPEN) {
            listener.onDrained();
        }
    }

    @Override
    public boolean isDelayed() {
        return out.isDelayed();
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
            // Its close frame has to be read.
            setReading(true);
            state = State.CLOSE_SENT;
            awaitClose();
            out.flush();
        }
    }

    /** A planned stop: by its end nobody speaks for this connection any more. */
    void stop() {
        close(Disconnect.SERVICE_RESTART.code(), Disconnect.SERVICE_RESTART.word());
    }

    @Override
    public void hangUp() {
        if (state.compareTo(State.OPEN) <= 0) {
            end();
        }
    }

    /** The peer has ended its side without a word (RFC 6455 §7.1.5). */
    void peerEnded() {
        if (state != State.CLOSING) {
            end();
        }
    }

    /** Closes after a breach of the protocol: nothing that follows it can be understood. */
    private void fail(Disconnect reason) {
        if (state == State.OPEN) {
            writeClose(reason.code(), reason.word());
        }
        end();
    }

    private void end() {
        setReading(true);
        state = State.CLOSING;
        awaitClose();
        carrier.end(closing);
    }

    private void writeClose(int code, String reason) {
        ByteBuf frame = alloc.buffer(32);
        WebSocketEncoder.writeClose(code, reason, frame);
        out.writeAndRelease(frame);
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
        carrier.abort();
    }

    /** Connection or stream have ended; called once, outside of the listener's own calls here. */
    void gone() {
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
}
