package io.tickgate.gateway.transport.websocket;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.DeflatedFrames;
import io.tickgate.gateway.wire.Framing;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.UpdateEnvelope;
import io.tickgate.protocol.websocket.PermessageDeflate;

/** An update as one text frame of permessage-deflate. */
final class DeflatedFormat implements WireFormat {
    /** For clients that keep what came before. */
    private static final DeflatedFormat WITH_CONTEXT = new DeflatedFormat(true);
    /** For clients that asked for frames that stand alone. */
    private static final DeflatedFormat WITHOUT_CONTEXT = new DeflatedFormat(false);

    private final Framing framing;

    private DeflatedFormat(boolean isContinuous) {
        framing = new DeflatedFrames(FrameFormat.INSTANCE, isContinuous);
    }

    static DeflatedFormat of(PermessageDeflate agreed) {
        return agreed.serverContextTakeover() ? WITH_CONTEXT : WITHOUT_CONTEXT;
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        UpdateEnvelope.encode(publication.topic().ascii(), publication.seq(), publication.payload(), out);
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        UpdateEnvelope.encodeSnapshot(publication.topic().ascii(), publication.seq(), publication.ingestTimeMs(),
                publication.payload(), out);
    }
}
