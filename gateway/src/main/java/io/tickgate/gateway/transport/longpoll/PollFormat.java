package io.tickgate.gateway.transport.longpoll;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.UpdateEnvelope;

/**
 * An update as the collecting poll wants it, not as it goes onto the wire: its node-wide number in 8 bytes, the length of the
 * JSON in 4, and the JSON.
 */
final class PollFormat implements WireFormat {
    static final PollFormat INSTANCE = new PollFormat();

    private PollFormat() {}

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        out.writeLong(publication.number());
        out.writeInt(UpdateEnvelope.length(channel, publication.seq(), payload));
        UpdateEnvelope.encode(channel, publication.seq(), payload, out);
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        long timeMs = publication.ingestTimeMs();
        out.writeLong(publication.number());
        out.writeInt(UpdateEnvelope.snapshotLength(channel, publication.seq(), timeMs, payload));
        UpdateEnvelope.encodeSnapshot(channel, publication.seq(), timeMs, payload, out);
    }
}
