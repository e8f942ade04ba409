package io.tickgate.gateway.transport.websocket;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.UpdateEnvelope;

/** An update as one line of a frame that holds all of a turn, for clients that asked for {@code ?batch=1}. */
final class LineFormat implements WireFormat {
    static final LineFormat INSTANCE = new LineFormat();
    static final int SEPARATOR_BYTES = 1;

    private LineFormat() {}

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        UpdateEnvelope.encode(publication.topic().ascii(), publication.seq(), publication.payload(), out);
        out.writeByte('\n');
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        UpdateEnvelope.encodeSnapshot(publication.topic().ascii(), publication.seq(), publication.ingestTimeMs(),
                publication.payload(), out);
        out.writeByte('\n');
    }
}
