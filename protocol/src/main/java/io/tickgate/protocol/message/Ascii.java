package io.tickgate.protocol.message;

import io.netty.buffer.ByteBuf;

/** Numbers as ASCII text, straight into a buffer. Static and stateless: any thread, allocates nothing but the buffer's own growth. */
public final class Ascii {
    /** Two decimal digits by their value 0..99, first digit in the high byte. */
    private static final short[] DIGIT_PAIRS = new short[100];
    private static final byte[] HEX_DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e',
            'f'};
    /** The most decimal digits of a number whose highest set bit is n, by n; the least is one fewer or the same. */
    private static final byte[] DIGITS_BY_BITS = new byte[64];
    private static final long[] POWERS_OF_TEN = new long[19];

    static {
        for (int i = 0; i < 100; i++) {
            DIGIT_PAIRS[i] = (short) (('0' + i / 10) << 8 | ('0' + i % 10));
        }
        long power = 1;
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = power;
            power *= 10;
        }
        for (int bits = 0; bits < 64; bits++) {
            DIGITS_BY_BITS[bits] = (byte) Long.toString(bits == 63 ? Long.MAX_VALUE : (1L << (bits + 1)) - 1).length();
        }
    }

    private Ascii() {}

    /** How many bytes {@link #writeDecimal} takes, 1 to 20. */
    public static int decimalLength(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? 20 : 1 + decimalLength(-value);
        }
        int digits = DIGITS_BY_BITS[63 - Long.numberOfLeadingZeros(value | 1)];
        return digits > 1 && value < POWERS_OF_TEN[digits - 1] ? digits - 1 : digits;
    }

    /** Writes {@code value} in base ten, with a minus sign if negative, without leading zeros. */
    public static void writeDecimal(long value, ByteBuf out) {
        int length = decimalLength(value);
        out.ensureWritable(length);
        int start = out.writerIndex();
        int index = start + length;
        // Digits are taken from the negative number: only that side holds Long.MIN_VALUE.
        long rest = value < 0 ? value : -value;
        while (rest <= -10) {
            long hundredth = rest / 100;
            index -= 2;
            out.setShort(index, DIGIT_PAIRS[(int) (hundredth * 100 - rest)]);
            rest = hundredth;
        }
        if (index - start > (value < 0 ? 1 : 0)) {
            out.setByte(--index, (int) ('0' - rest));
        }
        if (value < 0) {
            out.setByte(start, '-');
        }
        out.writerIndex(start + length);
    }

    /** How many bytes {@link #writeHex} takes, 1 to 8. */
    public static int hexLength(int value) {
        return (35 - Integer.numberOfLeadingZeros(value | 1)) >> 2;
    }

    /** Writes {@code value} as an unsigned number in base sixteen, lower case, without leading zeros. */
    public static void writeHex(int value, ByteBuf out) {
        int length = hexLength(value);
        out.ensureWritable(length);
        int start = out.writerIndex();
        int rest = value;
        for (int index = start + length - 1; index >= start; index--) {
            out.setByte(index, HEX_DIGITS[rest & 0xf]);
            rest >>>= 4;
        }
        out.writerIndex(start + length);
    }
}
