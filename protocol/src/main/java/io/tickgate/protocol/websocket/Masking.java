package io.tickgate.protocol.websocket;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;

/** Masking of client frames (RFC 6455 §5.3), which is its own inverse. Static and stateless. */
final class Masking {
    /** From here on getting at the memory below the buffer costs less than having each access checked by it. */
    private static final int LONG_BYTES = 128;

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
        if (length >= LONG_BYTES && bytes.nioBufferCount() == 1) {
            int whole = length & -Long.BYTES;
            applyWhole(mask8, bytes.internalNioBuffer(from, whole));
            index += whole;
        }
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

    private static void applyWhole(long mask8, ByteBuffer bytes) {
        int end = bytes.limit();
        for (int i = bytes.position(); i < end; i += Long.BYTES) {
            bytes.putLong(i, bytes.getLong(i) ^ mask8);
        }
    }
}
