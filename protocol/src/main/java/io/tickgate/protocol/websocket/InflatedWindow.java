package io.tickgate.protocol.websocket;

import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;

/**
 * The last bytes of what a client's deflated messages have inflated to, which its next one may refer to (RFC 7692 §7.2.2).
 * Owned by the connection's thread; on the heap, and no larger than what its client has sent nor than was agreed.
 */
final class InflatedWindow {
    private static final byte[] NOTHING = {};

    private final int maxBytes;
    /** Never longer than what it holds. */
    private byte[] last = NOTHING;

    InflatedWindow(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Before a message, to an inflater that knows of none: this way one serves all connections. */
    void giveTo(Inflater inflater) {
        if (last.length > 0) {
            inflater.setDictionary(last);
        }
    }

    /** After a deflated message; others don't enter it. */
    void add(ByteBuf inflated) {
        int added = Math.min(inflated.readableBytes(), maxBytes);
        int kept = Math.min(last.length, maxBytes - added);
        byte[] next = kept + added == last.length ? last : new byte[kept + added];
        System.arraycopy(last, last.length - kept, next, 0, kept);
        inflated.getBytes(inflated.writerIndex() - added, next, kept, added);
        last = next;
    }

    int heldBytes() {
        return last.length;
    }
}
