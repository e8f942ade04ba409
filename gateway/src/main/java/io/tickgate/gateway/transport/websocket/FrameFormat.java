package io.tickgate.gateway.transport.websocket;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.UpdateEnvelope;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** An update as one text frame. */
final class FrameFormat implements WireFormat {
    static final FrameFormat INSTANCE = new FrameFormat();

    private FrameFormat() {}

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        WebSocketEncoder.writeTextHeader(UpdateEnvelope.length(channel, publication.seq(), payload), out);
        UpdateEnvelope.encode(channel, publication.seq(), payload, out);
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        long timeMs = publication.ingestTimeMs();
        WebSocketEncoder.writeTextHeader(
                UpdateEnvelope.snapshotLength(channel, publication.seq(), timeMs, payload), out);
        UpdateEnvelope.encodeSnapshot(channel, publication.seq(), timeMs, payload, out);
    }
}
