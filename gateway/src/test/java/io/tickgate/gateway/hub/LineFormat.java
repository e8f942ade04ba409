package io.tickgate.gateway.hub;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.UpdateEnvelope;

/**
 * One JSON object a line.
 *
 * @param numbered whether the node-wide number stands before it, unless the client lags
 */
record LineFormat(String name, boolean numbered) implements WireFormat {
    static final LineFormat PLAIN = new LineFormat("plain", false);
    static final LineFormat NUMBERED = new LineFormat("numbered", true);
    private static final LineFormat LAGGING = new LineFormat("lagging", false);

    @Override
    public WireFormat lagging() {
        return numbered ? LAGGING : this;
    }

    @Override
    public void encodeUpdate(Publication p, ByteBuf out) {
        if (numbered) {
            out.writeCharSequence("id:" + p.number() + " ", StandardCharsets.US_ASCII);
        }
        UpdateEnvelope.encode(p.topic().ascii(), p.seq(), p.payload(), out);
        out.writeByte('\n');
    }

    @Override
    public void encodeSnapshot(Publication p, ByteBuf out) {
        UpdateEnvelope.encodeSnapshot(p.topic().ascii(), p.seq(), p.ingestTimeMs(), p.payload(), out);
        out.writeByte('\n');
    }
}
