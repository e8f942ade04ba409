package io.tickgate.gateway.auth;

import java.util.List;
import java.util.Map;

import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Kinds;

/**
 * The claims of a token whose signature holds, before the clock is asked. Times are milliseconds since 1970.
 *
 * @param user fits into the name of a user room
 * @param channels patterns, at most {@value #MAX_CHANNELS}
 * @param expiresAtMs 0 = never
 * @param notBeforeMs 0 = at once
 */
record TokenClaims(String user, List<String> channels, long expiresAtMs, long notBeforeMs) {
    static final int MAX_USER_BYTES = 96;
    static final int MAX_CHANNELS = 64;

    TokenClaims {
        channels = List.copyOf(channels);
    }

    /** Reads a payload, or returns null where a claim is missing or not of its form. */
    static TokenClaims read(Map<String, Object> claims) {
        if (claims == null || !(claims.get("sub") instanceof String user) || !isUser(user)) {
            return null;
        }
        Object channels = claims.getOrDefault("channels", List.of());
        if (!(channels instanceof List<?> list) || !arePatterns(list)) {
            return null;
        }
        Object expires = claims.getOrDefault("exp", 0);
        Object notBefore = claims.getOrDefault("nbf", 0);
        if (!(expires instanceof Number exp) || !(notBefore instanceof Number nbf)) {
            return null;
        }
        long expiresAtMs = claims.containsKey("exp") ? Math.max(1, millis(exp)) : 0;
        return new TokenClaims(user, list.stream().map(String.class::cast).toList(), expiresAtMs, millis(nbf));
    }

    /** Whether the text may be a {@code sub}: it has to form the names of the user's rooms. */
    static boolean isUser(String user) {
        return user.length() <= MAX_USER_BYTES && ChannelName.isValid(Kinds.USER + ":" + user);
    }

    static boolean arePatterns(List<?> list) {
        return list.size() <= MAX_CHANNELS
                && list.stream().allMatch(item -> item instanceof String text && ChannelPattern.isValid(text));
    }

    /** A NumericDate (RFC 7519 §2) may have a fraction; what is out of range ends at the range's end. */
    private static long millis(Number seconds) {
        return (long) (seconds.doubleValue() * 1_000);
    }
}
