package io.tickgate.protocol.compress;

import java.util.Arrays;
import java.util.List;

/**
 * What an {@code Accept-Encoding} header accepts, and how gladly (RFC 9110 §12.5.3). Made and asked on one thread; one pass over
 * {@link #MAX_CHARACTERS} at most, since whoever sends more means harm.
 */
public final class AcceptEncoding {
    /** A longer header counts as malformed: all codings that are registered, with weights, take less than half of it. */
    static final int MAX_CHARACTERS = 1_024;

    private static final Coding[] CODINGS = Coding.values();
    private static final int FULL_WEIGHT = 1_000;
    private static final int NOT_NAMED = -1;
    private static final int MALFORMED = -2;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String header;
    /** In thousandths, by coding. */
    private final int[] weights = new int[CODINGS.length];
    /** What {@code *} gives to those that are not named. */
    private int othersWeight = NOT_NAMED;

    private AcceptEncoding(String header) {
        this.header = header;
        Arrays.fill(weights, NOT_NAMED);
    }

    /**
     * The coding that a response is to have: what the client takes most gladly of what can be had, and of equals what the server
     * prefers. A header that breaks the grammar says nothing that could be relied on.
     *
     * @param header all lines of it, joined by commas; null if there is none
     * @param preferred the codings the server can make, best first
     * @return {@link Coding#IDENTITY} also if even that is refused: a response that can't be had otherwise is better than none
     */
    public static Coding choose(String header, List<Coding> preferred) {
        if (header == null || header.isEmpty() || header.length() > MAX_CHARACTERS) {
            return Coding.IDENTITY;
        }
        AcceptEncoding accepted = new AcceptEncoding(header);
        return accepted.parse() ? accepted.best(preferred) : Coding.IDENTITY;
    }

    private Coding best(List<Coding> preferred) {
        Coding best = Coding.IDENTITY;
        int bestWeight = weight(Coding.IDENTITY);
        for (int i = 0; i < preferred.size(); i++) {
            Coding coding = preferred.get(i);
            int weight = weight(coding);
            boolean isBetter = weight > bestWeight || (weight == bestWeight && best == Coding.IDENTITY);
            if (weight > 0 && isBetter && coding.isAvailable()) {
                best = coding;
                bestWeight = weight;
            }
        }
        return best;
    }

    /** A coding that is not named is not wanted, which of identity means: only if there is nothing else. */
    private int weight(Coding coding) {
        int named = weights[coding.ordinal()];
        return named == NOT_NAMED ? Math.max(0, othersWeight) : named;
    }

    /** Reads all elements; false if one breaks the grammar. */
    private boolean parse() {
        int start = 0;
        while (start <= header.length()) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            if (!parseElement(afterSpace(start, end), beforeSpace(start, end))) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private boolean parseElement(int start, int end) {
        if (start >= end) {
            // RFC 9110 §5.6.1.2: empty elements are to be borne.
            return true;
        }
        int semicolon = header.indexOf(';', start);
        boolean hasWeight = semicolon >= 0 && semicolon < end;
        int tokenEnd = hasWeight ? beforeSpace(start, semicolon) : end;
        int weight = hasWeight ? weight(afterSpace(semicolon + 1, end), end) : FULL_WEIGHT;
        if (weight == MALFORMED || !isToken(start, tokenEnd)) {
            return false;
        }
        accept(start, tokenEnd - start, weight);
        return true;
    }

    private void accept(int start, int length, int weight) {
        if (length == 1 && header.charAt(start) == '*') {
            othersWeight = weight;
        } else if (isNamed("x-gzip", start, length)) {
            // RFC 9110 §8.4.1.3: the same by an older name.
            weights[Coding.GZIP.ordinal()] = weight;
        } else {
            for (Coding coding : CODINGS) {
                if (isNamed(coding.token(), start, length)) {
                    weights[coding.ordinal()] = weight;
                }
            }
        }
    }

    private boolean isNamed(String token, int start, int length) {
        return length == token.length() && header.regionMatches(true, start, token, 0, length);
    }

    /** {@code q=} and 0 to 1 with up to three decimals (RFC 9110 §12.4.2), in thousandths. */
    private int weight(int start, int end) {
        int digits = end - start - 2;
        if (digits < 1 || digits > 5 || !header.regionMatches(true, start, "q=", 0, 2)) {
            return MALFORMED;
        }
        int whole = header.charAt(start + 2) - '0';
        if (whole < 0 || whole > 1 || (digits > 1 && header.charAt(start + 3) != '.')) {
            return MALFORMED;
        }
        int weight = whole * FULL_WEIGHT;
        int unit = FULL_WEIGHT / 10;
        for (int i = start + 4; i < end; i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            weight += digit * unit;
            unit /= 10;
        }
        return weight > FULL_WEIGHT ? MALFORMED : weight;
    }

    private boolean isToken(int start, int end) {
        for (int i = start; i < end; i++) {
            char c = header.charAt(i);
            boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!isAlphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return end > start;
    }

    private int afterSpace(int start, int end) {
        int at = start;
        while (at < end && isSpace(header.charAt(at))) {
            at++;
        }
        return at;
    }

    private int beforeSpace(int start, int end) {
        int at = end;
        while (at > start && isSpace(header.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
