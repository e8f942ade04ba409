package io.tickgate.protocol.socketio;

/**
 * How much one decoded packet may hold. Its size in bytes is limited by the carrier.
 *
 * @param maxAttachments binary attachments, 0 to 64
 * @param maxNamespaceBytes UTF-8 bytes of the namespace with its slash, at least 1
 * @param maxArguments of an event (without its name) or an acknowledgement, at least 0
 * @param maxDepth arrays and objects open at once, the packet's own array included, 1 to 256
 */
public record SocketPacketLimits(int maxAttachments, int maxNamespaceBytes, int maxArguments, int maxDepth) {

    public SocketPacketLimits {
        require(maxAttachments >= 0 && maxAttachments <= 64, "maxAttachments", maxAttachments);
        require(maxNamespaceBytes >= 1, "maxNamespaceBytes", maxNamespaceBytes);
        require(maxArguments >= 0, "maxArguments", maxArguments);
        require(maxDepth >= 1 && maxDepth <= 256, "maxDepth", maxDepth);
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value);
        }
    }
}
