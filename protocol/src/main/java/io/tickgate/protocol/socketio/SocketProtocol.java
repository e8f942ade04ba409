package io.tickgate.protocol.socketio;

import io.netty.buffer.ByteBuf;

/**
 * One protocol of Socket.IO: what is read and written otherwise than in others; everything else is
 * {@link SocketPacketEncoder}'s. Owned by one thread.
 */
public sealed interface SocketProtocol permits SocketProtocol4, SocketProtocol5 {

    /**
     * Decodes the text of an Engine.IO message, whose indices stay as they are.
     *
     * @throws SocketIoFault if it is malformed, inconsistent or exceeds a limit
     */
    SocketPacket decode(ByteBuf message) throws SocketIoFault;

    /** Whether a client is in the main namespace from the first, without a CONNECT of its own. */
    boolean joinsMainNamespace();

    /** Whether a client can be told by what it may go on with its session. */
    boolean recovers();

    /**
     * Admits the client to a namespace.
     *
     * @param namespace as the client named it
     * @param pid what the client names its session by when it comes back, or null
     */
    byte[] connect(String namespace, String sid, String pid);

    /**
     * Refuses the client.
     *
     * @param dataJson one JSON value, or null for none
     */
    byte[] connectError(String namespace, String message, byte[] dataJson);
}
