package io.tickgate.gateway.model;

/**
 * What makes a name a channel's: 1 to 128 bytes of printable ASCII except space, comma, quote, backslash and the
 * characters of Redis patterns; before the first colon the kind.
 */
public final class ChannelName {
    /** The kind of a name without a colon. */
    public static final String DEFAULT_KIND = "default";

    static final int MAX_BYTES = 128;
    private static final String EXCLUDED = " ,\"\\*?[]";
    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            ALLOWED[c] = EXCLUDED.indexOf(c) < 0;
        }
    }

    private ChannelName() {}

    /** Whether the text may name a channel; the kind before the colon must be {@code [a-z][a-z0-9_-]*}. */
    public static boolean isValid(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_BYTES) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isAllowed(name.charAt(i))) {
                return false;
            }
        }
        int colon = name.indexOf(':');
        return colon < 0 || (colon < length - 1 && isKind(name, colon));
    }

    /** Whether the character may stand in a channel's name. */
    public static boolean isAllowed(char c) {
        return c < ALLOWED.length && ALLOWED[c];
    }

    /** Whether the text may name a kind. */
    public static boolean isKind(String text) {
        return isKind(text, text.length());
    }

    /** The kind of a valid name. */
    public static String kindOf(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? DEFAULT_KIND : name.substring(0, colon);
    }

    /** What follows the kind's colon in a valid name; the whole name if it has none. */
    public static String restOf(String name) {
        return name.substring(name.indexOf(':') + 1);
    }

    private static boolean isKind(String text, int length) {
        if (length == 0 || text.charAt(0) < 'a' || text.charAt(0) > 'z') {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }
}
