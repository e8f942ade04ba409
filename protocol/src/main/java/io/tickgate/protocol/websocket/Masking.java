package io.tickgate.protocol.websocket;

import io.netty.buffer.ByteBuf;

/** Masking of client frames (RFC 6455 §5.3), which is its own inverse. Static and stateless. */
final class Masking {
    private Masking() {}

    /**
     * Masks {@code length} bytes in place, eight at a time.
     *
     * @return the key turned by so many bytes: what the payload's next part takes
     */
    static int apply(int mask, ByteBuf bytes, int from, int length) {
        long mask8 = (long) mask << 32 | (mask & 0xffffffffL);
        int index = from;
        int end = from + length;
        for (; end - index >= Long.BYTES; index += Long.BYTES) {
            bytes.setLong(index, bytes.getLong(index) ^ mask8);
        }
        int turned = mask;
        for (; index < end; index++) {
            turned = Integer.rotateLeft(turned, 8);
            bytes.setByte(index, bytes.getByte(index) ^ turned);
        }
        return turned;
    }
}
