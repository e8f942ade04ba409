package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;

/** Any text as a JSON string on one line, for kinds whose payloads need not be JSON. Static and stateless: any thread. */
public final class QuotedText {
    /** How a string must write an ASCII character (RFC 8259 §7), null where as it is. */
    private static final byte[][] ESCAPES = new byte[128][];

    static {
        for (int control = 0; control < 0x20; control++) {
            ESCAPES[control] = ascii("\\u00" + (control >> 4) + Character.forDigit(control & 0xf, 16));
        }
        ESCAPES['\n'] = ascii("\\n");
        ESCAPES['\r'] = ascii("\\r");
        ESCAPES['\t'] = ascii("\\t");
        ESCAPES['"'] = ascii("\\\"");
        ESCAPES['\\'] = ascii("\\\\");
    }

    private QuotedText() {}

    /** The text in quotes, escaped where a string must be; bytes that are not UTF-8 become U+FFFD. */
    public static byte[] of(byte[] text) {
        byte[] wellFormed = Utf8.isWellFormed(text)
                ? text
                : new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        int length = 2;
        for (byte octet : wellFormed) {
            length += escapeOf(octet) == null ? 1 : escapeOf(octet).length;
        }
        byte[] quoted = new byte[length];
        quoted[0] = '"';
        int at = 1;
        for (byte octet : wellFormed) {
            byte[] escape = escapeOf(octet);
            if (escape == null) {
                quoted[at++] = octet;
            } else {
                System.arraycopy(escape, 0, quoted, at, escape.length);
                at += escape.length;
            }
        }
        quoted[at] = '"';
        return quoted;
    }

    /** Null where the byte needs none. */
    private static byte[] escapeOf(byte octet) {
        return octet < 0 ? null : ESCAPES[octet];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
