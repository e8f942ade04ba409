package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;

/**
 * This gateway's offsets, {@code <node>-<number>}: the client has everything up to that node-wide number on all its channels.
 * Immutable.
 */
final class Offsets {
    private final String head;
    private final byte[] node;

    /** @param node names this gateway, ASCII without a hyphen */
    Offsets(String node) {
        this.head = node + "-";
        this.node = node.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] node() {
        return node;
    }

    /** The number of an offset of this gateway, -1 if it is none. */
    long numberIn(String offset) {
        if (offset == null || !offset.startsWith(head)) {
            return -1;
        }
        try {
            return Long.parseLong(offset, head.length(), offset.length(), 10);
        } catch (NumberFormatException notAnOffset) {
            return -1;
        }
    }
}
