package io.tickgate.gateway.session;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes session ids that nobody can guess: 96 random bits. Any thread. */
public final class SessionIds {
    private static final int RANDOM_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private SessionIds() {}

    /** 16 characters of base64url. */
    public static String next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }
}
