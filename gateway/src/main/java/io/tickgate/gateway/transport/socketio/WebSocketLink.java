package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.protocol.engineio.EngineIoFault;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/**
 * One WebSocket of an Engine.IO connection: what carries it, or what the client tries to move to. Owned by the connection's
 * loop.
 */
final class WebSocketLink implements Link, WebSocketConnection.Listener {
    private final EngineConnection engine;
    private WebSocketConnection connection;
    private EventFormat.Carriage carriage = EventFormat.Carriage.FRAMES;

    WebSocketLink(EngineConnection engine) {
        this.engine = engine;
    }

    /** The opening handshake is done. */
    void opened(WebSocketConnection webSocket) {
        connection = webSocket;
        PermessageDeflate deflate = webSocket.deflate();
        if (deflate != null) {
            carriage = deflate.serverContextTakeover()
                    ? EventFormat.Carriage.DEFLATED_FRAMES
                    : EventFormat.Carriage.DEFLATED_FRAMES_ALONE;
        }
    }

    @Override
    public void onText(ByteBuf text) {
        try {
            engine.onWebSocketPacket(this, engine.protocol().decodeText(text));
        } catch (EngineIoFault malformed) {
            engine.onWebSocketFault(this);
        }
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        try {
            engine.onWebSocketPacket(this, engine.protocol().decodeBinary(bytes));
        } catch (EngineIoFault malformed) {
            engine.onWebSocketFault(this);
        }
    }

    /** Engine.IO has its own signs of life. */
    @Override
    public void onAlive() {}

    @Override
    public void onDrained() {
        engine.onWebSocketDrained(this);
    }

    @Override
    public void onClosed() {
        engine.onWebSocketClosed(this);
    }

    @Override
    public EventFormat.Carriage carriage() {
        return carriage;
    }

    @Override
    public void write(ByteBuf events) {
        connection.write(events);
    }

    @Override
    public void write(byte[] packetText) {
        ByteBuf frame = frameOf(packetText.length);
        WebSocketEncoder.writeText(packetText, frame);
        connection.writeAndRelease(frame);
    }

    @Override
    public void writeBinary(byte[] message) {
        if (engine.takesBinary()) {
            byte[] content = engine.protocol().binaryFrame(message);
            ByteBuf frame = frameOf(content.length);
            WebSocketEncoder.writeBinary(content, frame);
            connection.writeAndRelease(frame);
        } else {
            write(engine.protocol().binaryText(message));
        }
    }

    private static ByteBuf frameOf(int contentBytes) {
        return ByteBufAllocator.DEFAULT.directBuffer(WebSocketEncoder.headerLength(contentBytes) + contentBytes);
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public long pendingBytes() {
        return connection.pendingBytes();
    }

    @Override
    public boolean isDelayed() {
        return connection.isDelayed();
    }

    /**
     * Who is to come back gets no close frame: clients that go by OkHttp take no notice of one and would sit there until the
     * next heartbeat is missed, while a lost connection is something all of them come back from at once.
     */
    @Override
    public boolean close(Disconnect reason) {
        if (EngineConnection.staysAway(reason)) {
            connection.close(reason.code(), reason.word());
        } else if (reason == Disconnect.SLOW_CONSUMER || reason == Disconnect.HEARTBEAT) {
            // Nobody takes what is pending.
            connection.abort();
        } else {
            connection.hangUp();
        }
        return true;
    }

    @Override
    public boolean left() {
        connection.close(Disconnect.NORMAL.code(), Disconnect.NORMAL.word());
        return true;
    }
}
