package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;

/**
 * How one kind of connection writes publications. Immutable and shared by all connections that write alike: its identity is
 * the key by which a loop encodes an update once for all of them. Methods append exactly one framed update, allocate nothing
 * and may be called on any loop.
 */
public interface WireFormat {

    /** Appends an update as it is sent live. */
    void encodeUpdate(Publication publication, ByteBuf out);

    /** Appends the last value as it is sent to a new subscriber. */
    void encodeSnapshot(Publication publication, ByteBuf out);

    /** How updates are written for a connection that lacks some of what came before them; usually just the same. */
    default WireFormat lagging() {
        return this;
    }
}
