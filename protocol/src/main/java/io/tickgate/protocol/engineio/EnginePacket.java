package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * One Engine.IO packet. Buffers in decoded packets share the bytes they were decoded from without a reference of their own:
 * they are valid as long as those are, and there is nothing to release.
 */
public sealed interface EnginePacket {
    /** What an upgrading client's ping says, and its answer. */
    ByteBuf PROBE = Unpooled.unreleasableBuffer(
            Unpooled.wrappedBuffer("probe".getBytes(StandardCharsets.US_ASCII)).asReadOnly());

    /** The handshake, from server to client. */
    record Open(ByteBuf json) implements EnginePacket {}

    /** The sender is done with the transport. */
    record Close() implements EnginePacket {}

    /**
     * Asks for a {@link Pong}: the heartbeat of whoever beats, or the client's first word on the transport it upgrades to.
     *
     * @param data mostly empty, the word {@code probe} in an upgrade
     */
    record Ping(ByteBuf data) implements EnginePacket {

        /** Whether it asks if a transport works. */
        public boolean isProbe() {
            return ByteBufUtil.equals(data, PROBE);
        }
    }

    /** @param data that of the ping which it answers */
    record Pong(ByteBuf data) implements EnginePacket {}

    /** Text of the layer above: without the leading 4. */
    record Message(ByteBuf text) implements EnginePacket {}

    /** Bytes of the layer above. */
    record BinaryMessage(ByteBuf bytes) implements EnginePacket {}

    /** The client moves to the transport that carries this. */
    record Upgrade() implements EnginePacket {}

    /** Ends a waiting poll during an upgrade. */
    record Noop() implements EnginePacket {}
}
