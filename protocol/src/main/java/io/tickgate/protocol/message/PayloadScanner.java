package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one scan of a publication's payload at ingest: UTF-8, JSON (RFC 8259) of exactly one value, nesting depth, the
 * publisher's time and, where asked for, its sequence number and the conflation key. Owned by one thread and reused; it
 * holds one byte per level of depth, and a scan allocates nothing but the key.
 *
 * <p>In a valid payload raw line breaks between tokens become spaces, in place, so that it fits one line of an event
 * stream; everything else stays byte for byte. A payload that is not valid is left as it was.
 */
public final class PayloadScanner {
    /** What a scan found. */
    public enum Outcome {
        OK,
        /** Nothing but white space. */
        EMPTY,
        /** A string holds bytes that are not UTF-8. */
        NOT_UTF8,
        /** Not exactly one JSON value. */
        NOT_JSON,
        /** Arrays and objects nest deeper than the limit. */
        TOO_DEEP
    }

    /** What {@link #publishedAtNanos()} gives when the publisher named no time. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** What {@link #sequence()} gives when there is none. */
    public static final long NO_SEQUENCE = -1;

    /** A longer conflation key is none. */
    public static final int MAX_KEY_BYTES = 64;

    /** In place of a position: what the text is not. */
    private static final int NOT_JSON = -1;
    private static final int NOT_UTF8 = -2;

    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] NULL = ascii("null");

    /** From an opening bracket to its closing one, in ASCII: the same for both pairs. */
    private static final int CLOSING = 2;

    /** What ends the fast run through a string: the quote, the backslash, control characters and all above ASCII. */
    private static final boolean[] STOPS_STRING = new boolean[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            STOPS_STRING[octet] = octet < 0x20 || octet == '"' || octet == '\\' || octet >= 0x80;
        }
    }

    /** The opening brackets of what is open, outermost first. */
    private final byte[] open;
    private final WatchedMembers members = new WatchedMembers();
    private int depth;
    private byte[] json = {};
    private boolean lineBreaks;

    /** @param maxDepth how many arrays and objects may be open at once, at least 1 */
    public PayloadScanner(int maxDepth) {
        if (maxDepth < 1) {
            throw new IllegalArgumentException("maxDepth: " + maxDepth);
        }
        open = new byte[maxDepth];
    }

    /** Scans one payload, whose line breaks it may replace, for its time alone; keeps no reference to it. */
    public Outcome scan(byte[] payload) {
        return scan(payload, null, null);
    }

    /**
     * Scans one payload, whose line breaks it may replace; keeps no reference to it.
     *
     * @param seqField name of the member with the sequence number, as its bytes stand in the payload, or null
     * @param keyField name of the member with the conflation key, likewise; it may be the same
     */
    public Outcome scan(byte[] payload, byte[] seqField, byte[] keyField) {
        json = payload;
        depth = 0;
        lineBreaks = false;
        members.start(seqField, keyField);
        Outcome outcome = scanText();
        if (outcome == Outcome.OK) {
            members.finish(payload);
            if (lineBreaks) {
                joinLines(payload);
            }
        } else {
            // What it said before the fault is not to be trusted.
            members.start(null, null);
        }
        json = TRUE;
        return outcome;
    }

    /**
     * When the publisher says it published, in nanoseconds since 1970: the top-level integer member {@code tsNanos}, else
     * {@code ts} (milliseconds), of the last payload scanned; {@link #NO_TIME} if there is none that a long can hold. Of a
     * member given twice the last counts; a name written with escapes is not recognised.
     */
    public long publishedAtNanos() {
        return members.publishedAtNanos();
    }

    /**
     * The top-level integer of the name asked for, from 0 to {@link Long#MAX_VALUE}; {@link #NO_SEQUENCE} if there is none,
     * or something else by that name. Names are taken as for {@link #publishedAtNanos()}.
     */
    public long sequence() {
        return members.sequence();
    }

    /**
     * What stands in the top-level member of the name asked for: a number's literal, or what is between the quotes of a
     * string, escapes as they are written. Null if there is none, if it is of another type or of more than
     * {@value #MAX_KEY_BYTES} bytes. Names are taken as for {@link #publishedAtNanos()}.
     */
    public String conflationKey() {
        return members.conflationKey();
    }

    private Outcome scanText() {
        int at = skipSpace(0);
        if (at == json.length) {
            return Outcome.EMPTY;
        }
        while (true) {
            byte octet = byteAt(at);
            boolean container = octet == '{' || octet == '[';
            if (container) {
                if (depth == open.length) {
                    return Outcome.TOO_DEEP;
                }
                open[depth++] = octet;
                at = skipSpace(at + 1);
            } else {
                at = scalar(octet, at);
                if (at < 0) {
                    return refusal(at);
                }
                at = skipSpace(at);
            }
            if (!container || byteAt(at) == octet + CLOSING) {
                at = close(at);
                if (depth == 0) {
                    return at == json.length ? Outcome.OK : Outcome.NOT_JSON;
                }
                if (byteAt(at) != ',') {
                    return Outcome.NOT_JSON;
                }
                at = skipSpace(at + 1);
            }
            if (open[depth - 1] == '{') {
                at = memberName(at);
                if (at < 0) {
                    return refusal(at);
                }
            }
        }
    }

    private static Outcome refusal(int position) {
        return position == NOT_UTF8 ? Outcome.NOT_UTF8 : Outcome.NOT_JSON;
    }

    /** Leaves every array and object that ends here; the position of what follows. */
    private int close(int from) {
        int at = from;
        while (depth > 0 && byteAt(at) == open[depth - 1] + CLOSING) {
            depth--;
            at = skipSpace(at + 1);
        }
        return at;
    }

    /** A member's name and its colon; the position of its value. */
    private int memberName(int from) {
        if (byteAt(from) != '"') {
            return NOT_JSON;
        }
        int end = string(from + 1);
        if (end < 0) {
            return end;
        }
        if (depth == 1) {
            members.onName(json, from + 1, end - 1);
        }
        int at = skipSpace(end);
        return byteAt(at) == ':' ? skipSpace(at + 1) : NOT_JSON;
    }

    private int scalar(byte first, int from) {
        return switch (first) {
            case '"' -> stringValue(from + 1);
            case 't' -> literal(TRUE, from);
            case 'f' -> literal(FALSE, from);
            case 'n' -> literal(NULL, from);
            default -> number(from);
        };
    }

    private int literal(byte[] word, int from) {
        return isAt(word, from) ? from + word.length : NOT_JSON;
    }

    private int stringValue(int from) {
        int end = string(from);
        if (depth == 1 && end >= 0 && members.isAnnounced()) {
            members.onString(from, end - 1);
        }
        return end;
    }

    /** From behind the opening quote to behind the closing one. */
    private int string(int from) {
        byte[] text = json;
        int at = from;
        while (at >= 0) {
            while (at < text.length && !STOPS_STRING[text[at] & 0xff]) {
                at++;
            }
            if (at == text.length) {
                return NOT_JSON;
            }
            byte octet = text[at];
            if (octet == '"') {
                return at + 1;
            }
            at = octet < 0 ? character(at) : octet == '\\' ? escape(at + 1) : NOT_JSON;
        }
        return at;
    }

    /** One character of two to four bytes. */
    private int character(int from) {
        int at = from;
        int state = Utf8.ACCEPT;
        do {
            if (at == json.length) {
                return NOT_UTF8;
            }
            state = Utf8.next(state, json[at++] & 0xff);
        } while (state > Utf8.ACCEPT);
        return state == Utf8.ACCEPT ? at : NOT_UTF8;
    }

    /** What follows a backslash. */
    private int escape(int from) {
        return switch (byteAt(from)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> from + 1;
            case 'u' -> hexDigits(from + 1);
            default -> NOT_JSON;
        };
    }

    private int hexDigits(int from) {
        int to = from + 4;
        for (int at = from; at < to; at++) {
            if (Character.digit(byteAt(at), 16) < 0) {
                return NOT_JSON;
            }
        }
        return to;
    }

    private int number(int from) {
        int digits = byteAt(from) == '-' ? from + 1 : from;
        int at = digits(digits);
        if (at == digits || (byteAt(digits) == '0' && at > digits + 1)) {
            return NOT_JSON;
        }
        int integerEnd = at;
        if (byteAt(at) == '.') {
            int fraction = at + 1;
            at = digits(fraction);
            if (at == fraction) {
                return NOT_JSON;
            }
        }
        if ((byteAt(at) | 0x20) == 'e') {
            int sign = byteAt(at + 1);
            int exponent = sign == '+' || sign == '-' ? at + 2 : at + 1;
            at = digits(exponent);
            if (at == exponent) {
                return NOT_JSON;
            }
        }
        if (depth == 1 && members.isAnnounced()) {
            members.onNumber(json, from, at, at == integerEnd);
        }
        return at;
    }

    /** Behind the digits that start here, if any. */
    private int digits(int from) {
        byte[] text = json;
        int at = from;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    private int skipSpace(int from) {
        byte[] text = json;
        int at = from;
        while (at < text.length && text[at] <= ' ') {
            byte octet = text[at];
            if (octet == '\n' || octet == '\r') {
                lineBreaks = true;
            } else if (octet != ' ' && octet != '\t') {
                break;
            }
            at++;
        }
        return at;
    }

    /** In valid JSON every raw line break stands between tokens. */
    private static void joinLines(byte[] valid) {
        for (int at = 0; at < valid.length; at++) {
            if (valid[at] == '\n' || valid[at] == '\r') {
                valid[at] = ' ';
            }
        }
    }

    private boolean isAt(byte[] word, int from) {
        int to = from + word.length;
        return to <= json.length && Arrays.equals(word, 0, word.length, json, from, to);
    }

    /** The byte here, 0 (which no token holds) behind the end. */
    private byte byteAt(int at) {
        return at < json.length ? json[at] : 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
