package io.tickgate.protocol.message;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;

/**
 * A check for well-formed UTF-8 (RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF) that may stop after
 * any byte and go on later. Static: the state is an int that the caller keeps, {@link #ACCEPT} at the start.
 */
public final class Utf8 {
    /** Between two characters: where a text starts and where it must end. */
    public static final int ACCEPT = 0;
    /** Malformed; stays so. */
    public static final int REJECT = -1;

    // States 1 to 3: so many continuation bytes are left. The others: the next byte has narrower bounds.
    private static final int AFTER_E0 = 4;
    private static final int AFTER_ED = 5;
    private static final int AFTER_F0 = 6;
    private static final int AFTER_F4 = 7;
    private static final long NON_ASCII = 0x8080808080808080L;
    /** From here on getting at the memory below a buffer costs less than having each access checked by it. */
    private static final int LONG_BYTES = 128;

    private Utf8() {}

    /** The state after one more byte (0 to 255). */
    public static int next(int state, int octet) {
        return switch (state) {
            case ACCEPT -> first(octet);
            case 1, 2, 3 -> octet >= 0x80 && octet <= 0xbf ? state - 1 : REJECT;
            case AFTER_E0 -> octet >= 0xa0 && octet <= 0xbf ? 1 : REJECT;
            case AFTER_ED -> octet >= 0x80 && octet <= 0x9f ? 1 : REJECT;
            case AFTER_F0 -> octet >= 0x90 && octet <= 0xbf ? 2 : REJECT;
            case AFTER_F4 -> octet >= 0x80 && octet <= 0x8f ? 2 : REJECT;
            default -> REJECT;
        };
    }

    /** The state after the buffer's bytes from index {@code from} to before {@code to}. */
    public static int advance(int state, ByteBuf bytes, int from, int to) {
        if (to - from >= LONG_BYTES && bytes.nioBufferCount() == 1) {
            return advance(state, bytes.internalNioBuffer(from, to - from));
        }
        int current = state;
        int index = from;
        while (index < to && current != REJECT) {
            if (current == ACCEPT) {
                while (to - index >= Long.BYTES && (bytes.getLong(index) & NON_ASCII) == 0) {
                    index += Long.BYTES;
                }
                if (index == to) {
                    break;
                }
            }
            current = next(current, bytes.getUnsignedByte(index++));
        }
        return current;
    }

    private static int advance(int state, ByteBuffer bytes) {
        int current = state;
        int index = bytes.position();
        int to = bytes.limit();
        while (index < to && current != REJECT) {
            if (current == ACCEPT) {
                while (to - index >= Long.BYTES && (bytes.getLong(index) & NON_ASCII) == 0) {
                    index += Long.BYTES;
                }
                if (index == to) {
                    break;
                }
            }
            current = next(current, bytes.get(index++) & 0xff);
        }
        return current;
    }

    /** Whether these bytes are a text from its start to its end. */
    public static boolean isWellFormed(byte[] bytes) {
        int state = ACCEPT;
        for (byte octet : bytes) {
            state = next(state, octet & 0xff);
            if (state == REJECT) {
                return false;
            }
        }
        return state == ACCEPT;
    }

    /** How many more bytes than UTF-16 code units a well-formed text has. */
    public static int surplus(byte[] bytes) {
        int surplus = 0;
        for (byte octet : bytes) {
            // A continuation byte is one too many; a character of four bytes is two units.
            if (octet < (byte) 0xc0) {
                surplus++;
            } else if ((octet & 0xf8) == 0xf0) {
                surplus--;
            }
        }
        return surplus;
    }

    private static int first(int octet) {
        if (octet < 0x80) {
            return ACCEPT;
        }
        if (octet < 0xc2 || octet > 0xf4) {
            return REJECT;
        }
        return switch (octet) {
            case 0xe0 -> AFTER_E0;
            case 0xed -> AFTER_ED;
            case 0xf0 -> AFTER_F0;
            case 0xf4 -> AFTER_F4;
            default -> octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
        };
    }
}
