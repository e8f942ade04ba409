package io.tickgate.protocol.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The values of the opening handshake (RFC 6455 §4). Static and stateless: any thread, once per connection. */
public final class WebSocketHandshake {
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_CHARS = 24;
    private static final int KEY_SIGNIFICANT_CHARS = 22;

    private WebSocketHandshake() {}

    /** Whether this is a {@code Sec-WebSocket-Key}: the base64 of 16 bytes (§4.1). */
    public static boolean isValidKey(CharSequence key) {
        if (key == null || key.length() != KEY_CHARS) {
            return false;
        }
        for (int i = 0; i < KEY_SIGNIFICANT_CHARS; i++) {
            if (!isBase64(key.charAt(i))) {
                return false;
            }
        }
        return key.charAt(KEY_SIGNIFICANT_CHARS) == '=' && key.charAt(KEY_SIGNIFICANT_CHARS + 1) == '=';
    }

    /** The {@code Sec-WebSocket-Accept} for a key (§4.2.2). */
    public static String accept(String key) {
        byte[] joined = (key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(sha1().digest(joined));
    }

    /**
     * The first of the client's subprotocols that the server speaks too (§4.2.2), or null: then the response has none.
     *
     * @param offered the {@code Sec-WebSocket-Protocol} header, several joined by commas; null if absent
     */
    public static String chooseSubprotocol(String offered, List<String> spoken) {
        if (offered == null) {
            return null;
        }
        for (String token : offered.split(",")) {
            String subprotocol = token.strip();
            if (spoken.contains(subprotocol)) {
                return subprotocol;
            }
        }
        return null;
    }

    private static boolean isBase64(char letter) {
        return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')
                || letter == '+' || letter == '/';
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-1", impossible);
        }
    }
}
