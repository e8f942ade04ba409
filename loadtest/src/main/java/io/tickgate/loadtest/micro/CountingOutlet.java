package io.tickgate.loadtest.micro;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.message.UpdateEnvelope;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** A WebSocket without a socket, which counts the updates' bytes: taken at once, or when it is told to. Used by one thread. */
final class CountingOutlet implements Outlet {
    private final boolean isSlow;
    private long bytes;
    private long pendingBytes;

    /** @param isSlow whether it takes what was written only by {@link #take()} */
    CountingOutlet(boolean isSlow) {
        this.isSlow = isSlow;
    }

    /** All that was written. */
    long bytes() {
        return bytes;
    }

    void take() {
        pendingBytes = 0;
    }

    @Override
    public WireFormat format() {
        return Frames.INSTANCE;
    }

    @Override
    public void write(ByteBuf encoded) {
        bytes += encoded.readableBytes();
        if (isSlow) {
            pendingBytes += encoded.readableBytes();
        }
    }

    @Override
    public void send(ServerMessage message) {
        // Answers are not what is measured.
    }

    @Override
    public void heartbeat(long timeMs) {
        // Nobody listens.
    }

    @Override
    public void flush() {
        // Written is flushed.
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public void close(Disconnect reason) {
        // There is no connection.
    }

    /** As the gateway's own, which its transport hides. */
    private static final class Frames implements WireFormat {
        static final Frames INSTANCE = new Frames();

        @Override
        public void encodeUpdate(Publication publication, ByteBuf out) {
            byte[] channel = publication.topic().ascii();
            byte[] payload = publication.payload();
            WebSocketEncoder.writeTextHeader(UpdateEnvelope.length(channel, publication.seq(), payload), out);
            UpdateEnvelope.encode(channel, publication.seq(), payload, out);
        }

        @Override
        public void encodeSnapshot(Publication publication, ByteBuf out) {
            encodeUpdate(publication, out);
        }
    }
}
