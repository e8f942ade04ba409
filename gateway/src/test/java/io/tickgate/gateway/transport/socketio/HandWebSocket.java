package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketDecoder;
import io.tickgate.protocol.websocket.WebSocketFault;

/** The client's end of a WebSocket: what it sends, and what it has got. */
final class HandWebSocket implements WebSocketConnection, WebSocketDecoder.Sink {
    /** What a client sees that got no close frame (RFC 6455 §7.1.5). */
    static final int CUT_OFF = 1006;

    private final HandTurnedTransport io;
    private final Listener listener;
    private final WebSocketDecoder decoder = WebSocketDecoder.ofClient(1 << 20);
    private final List<String> received = new ArrayList<>();
    private long stalledBytes;
    boolean stalled;
    int closeCode;

    HandWebSocket(HandTurnedTransport io, Listener listener) {
        this.io = io;
        this.listener = listener;
    }

    void send(String... packets) {
        for (String packet : packets) {
            listener.onText(Unpooled.copiedBuffer(packet, StandardCharsets.UTF_8));
        }
        io.turn();
    }

    /** Sends, and is gone before anything is answered. */
    void sendAndLeave(String packet) {
        listener.onText(Unpooled.copiedBuffer(packet, StandardCharsets.UTF_8));
        leave();
    }

    void sendBinary(int... octets) {
        ByteBuf frame = Unpooled.buffer();
        for (int octet : octets) {
            frame.writeByte(octet);
        }
        listener.onBinary(frame);
        io.turn();
    }

    void leave() {
        listener.onClosed();
        io.turn();
    }

    /** What came since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    @Override
    public void write(ByteBuf shared) {
        if (stalled) {
            stalledBytes += shared.readableBytes();
            return;
        }
        ByteBuf copy = Unpooled.copiedBuffer(shared);
        try {
            decoder.decode(copy, this);
        } catch (WebSocketFault fault) {
            throw new AssertionError(fault);
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        write(own);
        own.release();
    }

    @Override
    public void flush() {}

    @Override
    public long pendingBytes() {
        return stalledBytes;
    }

    @Override
    public PermessageDeflate deflate() {
        return null;
    }

    @Override
    public void setReading(boolean wanted) {}

    @Override
    public void ping() {}

    @Override
    public void close(int code, String reason) {
        if (closeCode == 0) {
            closeCode = code;
            listener.onClosed();
        }
    }

    @Override
    public void hangUp() {
        abort();
    }

    @Override
    public void abort() {
        close(CUT_OFF, "");
    }

    @Override
    public void onText(ByteBuf text) {
        received.add(text.toString(StandardCharsets.UTF_8));
    }

    /** Among the texts as {@code bytes} and hexadecimal digits. */
    @Override
    public void onBinary(ByteBuf bytes) {
        received.add("bytes " + ByteBufUtil.hexDump(bytes));
    }

    @Override
    public void onPing(ByteBuf payload) {}

    @Override
    public void onPong(ByteBuf payload) {}

    @Override
    public void onClose(int code, String reason) {}
}
