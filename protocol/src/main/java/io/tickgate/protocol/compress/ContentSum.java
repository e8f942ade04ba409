package io.tickgate.protocol.compress;

import java.util.zip.CRC32;

import io.netty.buffer.ByteBuf;

/**
 * CRC-32 and length of content, put together from parts whose own sums are known: what many connections share is summed up
 * once, though each of them ends with a sum of its own (RFC 1952 §2.3.1). Owned by one thread.
 */
public final class ContentSum {
    /** The polynomial of RFC 1952 §8, its lowest term highest. */
    private static final int POLYNOMIAL = 0xedb88320;
    private static final int ONE = 1 << 31;
    /** x to the 2^n-th, modulo the polynomial. */
    private static final int[] POWERS = powers();

    private int crc;
    private long bytes;
    /** x to the 8 * bytes-th, 0 if it was not needed yet. */
    private int shift;

    /** Sums up the readable bytes, which are left unread. */
    public void set(ByteBuf content) {
        CRC32 whole = new CRC32();
        whole.update(content.internalNioBuffer(content.readerIndex(), content.readableBytes()));
        crc = (int) whole.getValue();
        bytes = content.readableBytes();
        shift = 0;
    }

    /** Becomes the sum of {@code first} and {@code second} behind it. */
    public void set(ContentSum first, ContentSum second) {
        crc = multiply(second.shift(), first.crc) ^ second.crc;
        bytes = first.bytes + second.bytes;
        shift = 0;
    }

    /** Becomes the sum of nothing. */
    public void clear() {
        crc = 0;
        bytes = 0;
        shift = ONE;
    }

    /** Adds what comes behind: a few dozen operations, however long it is. */
    public void append(ContentSum part) {
        set(this, part);
    }

    /** Takes away what {@code whole} begins with: becomes the sum of what stands behind {@code beginning} in it. */
    public void setRest(ContentSum whole, ContentSum beginning) {
        bytes = whole.bytes - beginning.bytes;
        shift = power(bytes);
        crc = whole.crc ^ multiply(shift, beginning.crc);
    }

    public int crc() {
        return crc;
    }

    public long bytes() {
        return bytes;
    }

    private int shift() {
        if (shift == 0) {
            shift = power(bytes);
        }
        return shift;
    }

    private static int power(long bytes) {
        int product = ONE;
        // Bytes have 2^3 bits.
        int n = 3;
        for (long rest = bytes; rest != 0; rest >>>= 1, n++) {
            if ((rest & 1) != 0) {
                product = multiply(POWERS[n & 31], product);
            }
        }
        return product;
    }

    /** The product of two polynomials modulo the CRC's. */
    private static int multiply(int left, int right) {
        int product = 0;
        int factor = right;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                product ^= factor;
                if ((left & (bit - 1)) == 0) {
                    break;
                }
            }
            factor = factor >>> 1 ^ (-(factor & 1) & POLYNOMIAL);
        }
        return product;
    }

    private static int[] powers() {
        int[] powers = new int[32];
        powers[0] = ONE >>> 1;
        for (int n = 1; n < powers.length; n++) {
            powers[n] = multiply(powers[n - 1], powers[n - 1]);
        }
        return powers;
    }
}
