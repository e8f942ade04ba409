package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;

/** Percent-decoding of paths and query parameters (RFC 3986 §2.1). */
final class Percent {

    private Percent() {}

    /** The decoded text or null if a {@code %} isn't followed by two hex digits; bytes that aren't UTF-8 become U+FFFD. */
    static String decodePath(String raw) {
        return raw.indexOf('%') < 0 ? raw : decode(raw, false);
    }

    /** The decoded text of a query's name or value: {@code +} is a space and a stray {@code %} stands for itself. */
    static String decodeQuery(String raw) {
        return raw.indexOf('%') < 0 && raw.indexOf('+') < 0 ? raw : decode(raw, true);
    }

    private static String decode(String raw, boolean isQuery) {
        byte[] bytes = new byte[raw.length()];
        int size = 0;
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            int hex = c == '%' ? hexPair(raw, at + 1) : -1;
            if (hex >= 0) {
                bytes[size++] = (byte) hex;
                at += 2;
            } else if (c == '%' && !isQuery) {
                return null;
            } else if (c == '+' && isQuery) {
                bytes[size++] = ' ';
            } else {
                // The codecs read heads as Latin-1, so what isn't ASCII is a raw byte.
                bytes[size++] = (byte) c;
            }
        }
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    private static int hexPair(String raw, int at) {
        if (at + 1 >= raw.length()) {
            return -1;
        }
        int high = Character.digit(raw.charAt(at), 16);
        int low = Character.digit(raw.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
