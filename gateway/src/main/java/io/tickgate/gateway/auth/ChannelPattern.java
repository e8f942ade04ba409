package io.tickgate.gateway.auth;

import io.tickgate.gateway.model.ChannelName;

/**
 * Patterns over channel names: {@code *} is any run of characters, also none and also colons; nothing else is special.
 */
public final class ChannelPattern {
    static final int MAX_BYTES = 128;

    private ChannelPattern() {}

    /** Whether the text is a pattern: 1 to 128 bytes of what channel names are made of, and stars. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_BYTES) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '*' && !ChannelName.isAllowed(c)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the pattern covers the name. Allocates nothing; goes back to the last star only, so it compares at most
     * pattern × name characters, and one pass is what real patterns take.
     */
    public static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int afterStar = -1;
        int retryAt = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                afterStar = ++p;
                retryAt = n;
            } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (afterStar >= 0) {
                p = afterStar;
                n = ++retryAt;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Whether any of the patterns covers the name. */
    public static boolean anyMatches(Iterable<String> patterns, String name) {
        for (String pattern : patterns) {
            if (matches(pattern, name)) {
                return true;
            }
        }
        return false;
    }
}
