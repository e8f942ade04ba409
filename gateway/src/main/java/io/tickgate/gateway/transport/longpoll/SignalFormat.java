package io.tickgate.gateway.transport.longpoll;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;

/** An update as one byte, which says that it came and nothing else: whoever is told looks it up in the history. */
final class SignalFormat implements WireFormat {
    static final SignalFormat INSTANCE = new SignalFormat();

    private SignalFormat() {}

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        out.writeByte('.');
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        out.writeByte('.');
    }
}
