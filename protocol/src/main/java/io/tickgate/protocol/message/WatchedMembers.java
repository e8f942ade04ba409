package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The members of a payload's outermost object that the gateway looks at, as the scan comes upon them: the publisher's time.
 * Owned by a {@link PayloadScanner}; of a member given twice the last counts, and a name written with escapes is not
 * recognised.
 */
final class WatchedMembers {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final int MAX_LONG_DIGITS = 19;

    private static final byte[] TS = ascii("ts");
    private static final byte[] TS_NANOS = ascii("tsNanos");

    // What the last name announced.
    private static final int MILLIS = 1;
    private static final int NANOS = 2;

    private int announced;
    private long tsNanos = PayloadScanner.NO_TIME;
    private long tsAsNanos = PayloadScanner.NO_TIME;

    /** Before each payload. */
    void start() {
        announced = 0;
        tsNanos = PayloadScanner.NO_TIME;
        tsAsNanos = PayloadScanner.NO_TIME;
    }

    /** Whether the value that follows is looked at. */
    boolean isAnnounced() {
        return announced != 0;
    }

    /** A member's name, without its quotes. */
    void onName(byte[] json, int from, int to) {
        announced = 0;
        if (is(TS, json, from, to)) {
            announced = MILLIS;
            tsAsNanos = PayloadScanner.NO_TIME;
        } else if (is(TS_NANOS, json, from, to)) {
            announced = NANOS;
            tsNanos = PayloadScanner.NO_TIME;
        }
    }

    /** The announced member is an integer; its digits without the sign. */
    void onInteger(byte[] json, int from, int to, boolean negative) {
        if (to - from > MAX_LONG_DIGITS) {
            return;
        }
        long value = 0;
        for (int at = from; at < to; at++) {
            value = value * 10 + (json[at] - '0');
        }
        // Nineteen digits overflow at most once, into the sign.
        if (value < 0) {
            return;
        }
        if (announced == NANOS) {
            tsNanos = negative ? -value : value;
        } else if (value <= Long.MAX_VALUE / NANOS_PER_MS) {
            tsAsNanos = (negative ? -value : value) * NANOS_PER_MS;
        }
    }

    /** As {@link PayloadScanner#publishedAtNanos()}. */
    long publishedAtNanos() {
        return tsNanos != PayloadScanner.NO_TIME ? tsNanos : tsAsNanos;
    }

    private static boolean is(byte[] word, byte[] json, int from, int to) {
        return to - from == word.length && Arrays.equals(word, 0, word.length, json, from, to);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
