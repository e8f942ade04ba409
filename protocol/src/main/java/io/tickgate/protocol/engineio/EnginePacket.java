package io.tickgate.protocol.engineio;

import io.netty.buffer.ByteBuf;

/**
 * One Engine.IO packet. Buffers in decoded packets share the bytes they were decoded from without a reference of their own:
 * they are valid as long as those are, and there is nothing to release.
 */
public sealed interface EnginePacket {

    /** The handshake, from server to client. */
    record Open(ByteBuf json) implements EnginePacket {}

    /** The sender is done with the transport. */
    record Close() implements EnginePacket {}

    /**
     * Asks for a {@link Pong}: the server's heartbeat, or the client's first word on the transport it upgrades to.
     *
     * @param probe whether the data is the word {@code probe}; other data means nothing and is dropped
     */
    record Ping(boolean probe) implements EnginePacket {}

    /** @param probe as in {@link Ping} */
    record Pong(boolean probe) implements EnginePacket {}

    /** Text of the layer above: the Socket.IO packet without its leading 4. */
    record Message(ByteBuf text) implements EnginePacket {}

    /** Bytes of the layer above: an attachment of the message before it. */
    record BinaryMessage(ByteBuf bytes) implements EnginePacket {}

    /** The client moves to the transport that carries this. */
    record Upgrade() implements EnginePacket {}

    /** Ends a waiting poll during an upgrade. */
    record Noop() implements EnginePacket {}
}
