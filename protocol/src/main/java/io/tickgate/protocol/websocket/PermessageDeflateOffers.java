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
    /**
     * What came before permessage-deflate. Only Netty's client still offers it, as its second choice, and so it's told from the
     * others that offer no more than the bare name: it fails the handshake if told what RFC 7692 §7.1.1.2 allows to tell unasked.
     */
    private static final String DEFLATE_FRAME = "deflate-frame";

    private final String text;
    private int at;
    private boolean offersDeflateFrame;
    /** Whether the client is told to keep no window though it did not offer to. */
    private boolean forbidsUnasked;

    // The offer at hand.
    /** The known ones. */
    private final Set<String> parameters = new HashSet<>();
    /** What they say of the client's window. */
    private int clientWindowBits;
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
                    agreed = accept();
                }
            }
        } while (take(','));
        if (at < text.length()) {
            return null;
        }
        return forbidsUnasked && offersDeflateFrame ? null : agreed;
    }

    private PermessageDeflate accept() {
        boolean offersNoClientTakeover = parameters.contains(PermessageDeflate.CLIENT_NO_CONTEXT_TAKEOVER);
        forbidsUnasked = !offersNoClientTakeover && clientWindowBits == PermessageDeflate.NO_CLIENT_WINDOW;
        return PermessageDeflate.of(!parameters.contains(PermessageDeflate.SERVER_NO_CONTEXT_TAKEOVER),
                parameters.contains(PermessageDeflate.SERVER_MAX_WINDOW_BITS),
                offersNoClientTakeover ? PermessageDeflate.NO_CLIENT_WINDOW : clientWindowBits);
    }

    /** False if it's malformed. */
    private boolean readOffer() {
        String name = readToken();
        acceptable = PermessageDeflate.NAME.equals(name);
        offersDeflateFrame |= DEFLATE_FRAME.equals(name);
        parameters.clear();
        clientWindowBits = PermessageDeflate.NO_CLIENT_WINDOW;
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
            case PermessageDeflate.CLIENT_MAX_WINDOW_BITS -> readClientWindowBits(value);
            default -> false;
        };
        return valueFits && parameters.add(name);
    }

    /** §7.1.2.2: 8 to 15, without leading zeros; without a value the client leaves it to the server. */
    private boolean readClientWindowBits(String value) {
        clientWindowBits = switch (value) {
            case null -> PermessageDeflate.MAX_CLIENT_WINDOW_BITS;
            // Too small for zlib, so that the client's should not be told to go on in it.
            case "8" -> PermessageDeflate.NO_CLIENT_WINDOW;
            case "9" -> PermessageDeflate.MIN_CLIENT_WINDOW_BITS;
            case "10", "11", "12", "13", "14", MAX_WINDOW_BITS -> PermessageDeflate.MAX_CLIENT_WINDOW_BITS;
            default -> -1;
        };
        return clientWindowBits >= 0;
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
