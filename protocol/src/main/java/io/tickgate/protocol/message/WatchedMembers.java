package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The members of a payload's outermost object that the gateway looks at, as the scan comes upon them: the publisher's time
 * and, where asked for, its sequence number and the conflation key. Owned by a {@link PayloadScanner}; of a member given
 * twice the last counts, a name written with escapes is not recognised, and a key is at most
 * {@value PayloadScanner#MAX_KEY_BYTES} bytes.
 */
final class WatchedMembers {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final int MAX_LONG_DIGITS = 19;
    private static final int NONE = -1;

    private static final byte[] TS = ascii("ts");
    private static final byte[] TS_NANOS = ascii("tsNanos");

    // What a name announces: one member may be several of these.
    private static final int MILLIS = 1;
    private static final int NANOS = 2;
    private static final int SEQUENCE = 4;
    private static final int KEY = 8;

    private byte[] seqField;
    private byte[] keyField;
    /** By the last name. */
    private int announced;
    private long tsNanos;
    private long tsAsNanos;
    private long sequence;
    /** Where the key stands: only once the payload has proved valid is it worth a String. */
    private int keyFrom;
    private int keyTo;
    private String key;

    WatchedMembers() {
        start(null, null);
    }

    /** Before each payload; null where a member is not asked for. */
    void start(byte[] askedSeqField, byte[] askedKeyField) {
        seqField = askedSeqField;
        keyField = askedKeyField;
        announced = 0;
        tsNanos = PayloadScanner.NO_TIME;
        tsAsNanos = PayloadScanner.NO_TIME;
        sequence = PayloadScanner.NO_SEQUENCE;
        keyFrom = NONE;
        key = null;
    }

    /** The payload is valid to its end. */
    void finish(byte[] json) {
        if (keyFrom != NONE) {
            key = new String(json, keyFrom, keyTo - keyFrom, StandardCharsets.UTF_8);
        }
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
        if (seqField != null && is(seqField, json, from, to)) {
            announced |= SEQUENCE;
            sequence = PayloadScanner.NO_SEQUENCE;
        }
        if (keyField != null && is(keyField, json, from, to)) {
            announced |= KEY;
            keyFrom = NONE;
        }
    }

    /** The announced member is a string, here without its quotes. */
    void onString(int from, int to) {
        noteKey(from, to);
    }

    /** The announced member is a number. */
    void onNumber(byte[] json, int from, int to, boolean isInteger) {
        noteKey(from, to);
        if (!isInteger || (announced & ~KEY) == 0) {
            return;
        }
        boolean negative = json[from] == '-';
        long magnitude = magnitude(json, negative ? from + 1 : from, to);
        if (magnitude == NONE) {
            return;
        }
        long value = negative ? -magnitude : magnitude;
        if ((announced & SEQUENCE) != 0 && value >= 0) {
            sequence = value;
        }
        if ((announced & NANOS) != 0) {
            tsNanos = value;
        } else if ((announced & MILLIS) != 0 && magnitude <= Long.MAX_VALUE / NANOS_PER_MS) {
            tsAsNanos = value * NANOS_PER_MS;
        }
    }

    /** As {@link PayloadScanner#publishedAtNanos()}. */
    long publishedAtNanos() {
        return tsNanos != PayloadScanner.NO_TIME ? tsNanos : tsAsNanos;
    }

    /** As {@link PayloadScanner#sequence()}. */
    long sequence() {
        return sequence;
    }

    /** As {@link PayloadScanner#conflationKey()}. */
    String conflationKey() {
        return key;
    }

    private void noteKey(int from, int to) {
        if ((announced & KEY) != 0 && to - from <= PayloadScanner.MAX_KEY_BYTES) {
            keyFrom = from;
            keyTo = to;
        }
    }

    /** The number that these digits write, or {@link #NONE} if a long can't hold it. */
    private static long magnitude(byte[] json, int from, int to) {
        if (to - from > MAX_LONG_DIGITS) {
            return NONE;
        }
        long value = 0;
        for (int at = from; at < to; at++) {
            value = value * 10 + (json[at] - '0');
        }
        // Nineteen digits overflow at most once, into the sign.
        return value < 0 ? NONE : value;
    }

    private static boolean is(byte[] word, byte[] json, int from, int to) {
        return to - from == word.length && Arrays.equals(word, 0, word.length, json, from, to);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
