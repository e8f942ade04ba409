package io.tickgate.protocol.websocket;

import java.util.HashSet;
import java.util.Set;

/**
 * Reads a client's {@code Sec-WebSocket-Extensions} (RFC 6455 §9.1) for an offer of permessage-deflate that can be accepted.
 * Used once, on one thread; one pass over at most {@link #MAX_CHARS}.
 *
 * <pre>
 *  offers = offer *( "," offer )    offer = token *( ";" token [ "=" ( token | quoted token ) ] )
 * </pre>
 */
final class PermessageDeflateOffers {
    /** What a browser sends has 42; a longer header counts as malformed. */
    static final int MAX_CHARS = 2_048;

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";
    /** Of a window of 32 KB: all that deflate can use (RFC 7692 §7.1.2). */
    private static final String MAX_WINDOW_BITS = "15";

    private final String text;
    private int at;

    // The offer at hand.
    /** The known ones. */
    private final Set<String> parameters = new HashSet<>();
    private boolean acceptable;

    PermessageDeflateOffers(String text) {
        this.text = text;
    }

    /** Null if there's none, or if any part of the text is malformed. */
    PermessageDeflate agree() {
        if (text.length() > MAX_CHARS) {
            return null;
        }
        PermessageDeflate agreed = null;
        do {
            skipBlanks();
            // The list rule of RFC 2616 §2.1 allows empty elements.
            if (at < text.length() && text.charAt(at) != ',') {
                if (!readOffer()) {
                    return null;
                }
                if (agreed == null && acceptable) {
                    agreed = PermessageDeflate.of(
                            !parameters.contains(PermessageDeflate.SERVER_NO_CONTEXT_TAKEOVER),
                            parameters.contains(PermessageDeflate.SERVER_MAX_WINDOW_BITS));
                }
            }
        } while (take(','));
        return at == text.length() ? agreed : null;
    }

    /** False if it's malformed. */
    private boolean readOffer() {
        String name = readToken();
        acceptable = PermessageDeflate.NAME.equals(name);
        parameters.clear();
        boolean wellFormed = name != null;
        while (wellFormed && take(';')) {
            wellFormed = readParameter();
        }
        return wellFormed;
    }

    private boolean readParameter() {
        skipBlanks();
        String name = readToken();
        if (name == null) {
            return false;
        }
        String value = null;
        if (take('=')) {
            skipBlanks();
            value = at < text.length() && text.charAt(at) == '"' ? readQuoted() : readToken();
            if (value == null) {
                return false;
            }
        }
        acceptable &= isAcceptable(name, value);
        return true;
    }

    /** RFC 7692 §7.1: a parameter that is unknown, comes twice or has a wrong value declines the offer. */
    private boolean isAcceptable(String name, String value) {
        boolean valueFits = switch (name) {
            case PermessageDeflate.SERVER_NO_CONTEXT_TAKEOVER, PermessageDeflate.CLIENT_NO_CONTEXT_TAKEOVER ->
                value == null;
            // What is deflated once for all its receivers can't have a smaller window for one of them.
            case PermessageDeflate.SERVER_MAX_WINDOW_BITS -> MAX_WINDOW_BITS.equals(value);
            case PermessageDeflate.CLIENT_MAX_WINDOW_BITS -> value == null || isWindowBits(value);
            default -> false;
        };
        return valueFits && parameters.add(name);
    }

    /** §7.1.2.2: 8 to 15, without leading zeros. */
    private static boolean isWindowBits(String value) {
        return switch (value) {
            case "8", "9", "10", "11", "12", "13", "14", MAX_WINDOW_BITS -> true;
            default -> false;
        };
    }

    /** Null if there's none. */
    private String readToken() {
        int start = at;
        while (at < text.length() && isTokenChar(text.charAt(at))) {
            at++;
        }
        return at == start ? null : text.substring(start, at);
    }

    /** RFC 6455 §9.1: what it holds must be a token. Null if it doesn't or never ends. */
    private String readQuoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at == text.length() || !isTokenChar(text.charAt(at))) {
                return null;
            }
            value.append(text.charAt(at));
            at++;
        }
        boolean ends = at < text.length();
        at++;
        return ends && !value.isEmpty() ? value.toString() : null;
    }

    /** Whether this comes next, blanks around it left aside; if so it's taken. */
    private boolean take(char separator) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == separator) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isTokenChar(char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                || TOKEN_SYMBOLS.indexOf(letter) >= 0;
    }
}
