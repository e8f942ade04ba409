package io.tickgate.protocol.socketio;

import java.util.List;

/** One decoded Socket.IO packet. Immutable, on the heap, with nothing to release. */
public sealed interface SocketPacket {
    /** The namespace that has no text of its own. */
    String MAIN_NAMESPACE = "/";
    /** The sender wants no acknowledgement. */
    long NO_ACK_ID = -1;

    /** Starts with a slash. */
    String namespace();

    /** @param data an object, e.g. the client's {@code auth} or the server's {@code sid}, or null */
    record Connect(String namespace, JsonText data) implements SocketPacket {}

    /** The sender leaves the namespace. */
    record Disconnect(String namespace) implements SocketPacket {}

    /** What attachments may belong to. */
    sealed interface WithArguments extends SocketPacket {
        /** How many binary messages belong to it and follow. */
        int attachments();

        /** JSON values, in which placeholders stand for attachments. */
        List<JsonText> arguments();
    }

    /**
     * EVENT, or BINARY_EVENT if it has attachments.
     *
     * @param ackId to be echoed in the acknowledgement, or {@link #NO_ACK_ID}
     * @param attachments how many binary messages belong to it and follow; until then each is a placeholder object
     *        {@code {"_placeholder":true,"num":n}} somewhere in the arguments, every n below this count exactly once
     * @param name never one of the names that the protocol keeps for itself
     * @param arguments what follows the name
     */
    record Event(String namespace, long ackId, int attachments, String name,
            List<JsonText> arguments) implements WithArguments {}

    /** ACK, or BINARY_ACK if it has attachments; parameters as in {@link Event}, the id always there. */
    record Ack(String namespace, long ackId, int attachments, List<JsonText> arguments) implements WithArguments {}

    /** @param data why, an object or a string */
    record ConnectError(String namespace, JsonText data) implements SocketPacket {}
}
