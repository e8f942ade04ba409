package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;

/**
 * How one kind of connection writes publications. Immutable and shared by all connections that write alike: its identity is
 * the key by which a loop encodes an update once for all of them. Methods append exactly one update, framed unless
 * {@link #framing()} does that, allocate nothing and may be called on any loop.
 */
public interface WireFormat {

    /** Appends an update as it is sent live. */
    void encodeUpdate(Publication publication, ByteBuf out);

    /** Appends the last value as it is sent to a new subscriber. */
    void encodeSnapshot(Publication publication, ByteBuf out);

    /** How what the other methods write is compressed and framed; null where that is complete as it is. */
    default Framing framing() {
        return null;
    }

    /** Appends what tells a client up to which node-wide number it has everything; for outlets that ask for it. */
    default void encodeMark(long number, ByteBuf out) {
        throw new UnsupportedOperationException("this format has none");
    }

    /** How updates are written for a connection that lacks some of what came before them; usually just the same. */
    default WireFormat lagging() {
        return this;
    }
}
