package io.tickgate.gateway.session;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes session ids that nobody can guess: 96 random bits. Any thread. */
public final class SessionIds {
    /** Characters of an id. */
    public static final int LENGTH = 16;

    private static final int RANDOM_BYTES = LENGTH / 4 * 3;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private SessionIds() {}

    /** {@link #LENGTH} characters of base64url. */
    public static String next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }
}
