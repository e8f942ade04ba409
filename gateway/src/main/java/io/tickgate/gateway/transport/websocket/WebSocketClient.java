package io.tickgate.gateway.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** One client of {@code /ws}: frames in become commands, messages become frames. Owned by the connection's loop. */
final class WebSocketClient implements WebSocketConnection.Listener, Outlet {
    private final Shard shard;
    private final boolean batched;
    private final boolean heartbeatMessages;
    private WebSocketConnection connection;
    private Session session;

    /**
     * @param batched whether a frame may hold several messages
     * @param heartbeatMessages whether heartbeats are sent as messages too
     */
    WebSocketClient(Shard shard, boolean batched, boolean heartbeatMessages) {
        this.shard = shard;
        this.batched = batched;
        this.heartbeatMessages = heartbeatMessages;
    }

    void open(WebSocketConnection opened, Principal principal) {
        connection = opened;
        session = shard.open(SessionIds.next(), TransportKind.WEBSOCKET, this, true, principal);
    }

    // ---- what the client sends

    @Override
    public void onText(ByteBuf text) {
        try {
            shard.submit(session, shard.parser().parse(text));
        } catch (MalformedMessage malformed) {
            refuse(Disconnect.BAD_REQUEST);
        }
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        refuse(Disconnect.UNSUPPORTED_DATA);
    }

    @Override
    public void onAlive() {
        shard.heard(session);
    }

    @Override
    public void onDrained() {
        shard.drained(session);
    }

    @Override
    public void onClosed() {
        shard.left(session);
    }

    private void refuse(Disconnect reason) {
        shard.metrics().increment(Counter.FRAMES_REFUSED);
        shard.disconnect(session, reason);
    }

    // ---- what the gateway sends

    @Override
    public WireFormat format() {
        if (batched) {
            return LineFormat.INSTANCE;
        }
        PermessageDeflate deflate = connection.deflate();
        return deflate == null ? FrameFormat.INSTANCE : DeflatedFormat.of(deflate);
    }

    @Override
    public void write(ByteBuf encoded) {
        if (!batched) {
            connection.write(encoded);
            return;
        }
        int bytes = encoded.readableBytes() - LineFormat.SEPARATOR_BYTES;
        // Behind a header of its own the shared text would be copied anyway.
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(WebSocketEncoder.headerLength(bytes) + bytes);
        WebSocketEncoder.writeTextHeader(bytes, frame);
        frame.writeBytes(encoded, encoded.readerIndex(), bytes);
        connection.writeAndRelease(frame);
    }

    @Override
    public void send(ServerMessage message) {
        byte[] json = MessageEncoder.encode(message);
        ByteBuf frame = ByteBufAllocator.DEFAULT
                .directBuffer(WebSocketEncoder.headerLength(json.length) + json.length);
        WebSocketEncoder.writeText(json, frame);
        connection.writeAndRelease(frame);
    }

    @Override
    public void heartbeat(long timeMs) {
        connection.ping();
        if (heartbeatMessages) {
            send(new ServerMessage.Heartbeat(timeMs));
        }
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

    @Override
    public void close(Disconnect reason) {
        connection.close(reason.code(), reason.word());
    }
}
