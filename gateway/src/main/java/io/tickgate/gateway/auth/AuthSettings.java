package io.tickgate.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/**
 * Who may connect, subscribe and publish. Immutable; texts that are not set are null, whether given as null or empty; its own
 * text never shows a secret.
 */
public record AuthSettings(
        @Setting("Secret that signs HS256 tokens, at least 32 bytes; better given by the environment than by a flag, which others can see") String jwtSecret,
        @Setting("PEM file with the public key that verifies tokens: RSA from 2,048 bits (RS256), P-256 (ES256) or Ed25519 (EdDSA)") Path jwtKeyFile,
        @Setting("Name of a cookie that may carry the token; none: cookies are not read") String tokenCookie,
        @Setting("Key that POST /api/publish wants as a bearer token, at least 16 bytes; none: publishing by HTTP on a loopback bind only") String apiKey,
        @Setting(key = "public", value = "Patterns of channels that everyone may subscribe to besides the public kinds, e.g. 'bench*'; never opens what is one user's own") List<String> publicPatterns,
        @Setting(value = "Whether a connection with a user joins user:<sub> and order:<sub> by itself", preset = "true") boolean autoJoin) {

    /** RFC 7518 §3.2: a key of the size of the hash output or larger. */
    static final int MIN_SECRET_BYTES = 32;
    static final int MIN_API_KEY_BYTES = 16;
    static final int MAX_PATTERNS = 64;

    /** @throws IllegalArgumentException naming the key and what is allowed, never a secret */
    public AuthSettings {
        jwtSecret = emptyIsNone(jwtSecret);
        tokenCookie = emptyIsNone(tokenCookie);
        apiKey = emptyIsNone(apiKey);
        publicPatterns = publicPatterns == null ? List.of() : List.copyOf(publicPatterns);
        requireSecret("jwtSecret", jwtSecret, MIN_SECRET_BYTES);
        requireSecret("apiKey", apiKey, MIN_API_KEY_BYTES);
        Require.that(tokenCookie == null || isCookieName(tokenCookie), "tokenCookie", tokenCookie,
                "a cookie's name: letters, digits and !#$%&'*+-.^_`|~");
        Require.range("the number of patterns in public", publicPatterns.size(), 0, MAX_PATTERNS);
        for (String pattern : publicPatterns) {
            Require.that(ChannelPattern.isValid(pattern), "public", pattern,
                    "a channel name of up to " + ChannelPattern.MAX_BYTES
                            + " bytes in which * is any run of characters");
        }
    }

    /** Whether tokens can be verified at all. */
    public boolean isKeyConfigured() {
        return jwtSecret != null || jwtKeyFile != null;
    }

    /** The same with a secret and an API key, each only where none is configured. */
    public AuthSettings withDevelopmentKeys(String secret, String key) {
        return new AuthSettings(isKeyConfigured() ? jwtSecret : secret, jwtKeyFile, tokenCookie,
                apiKey == null ? key : apiKey, publicPatterns, autoJoin);
    }

    /** Says whether secrets are set, never which. */
    @Override
    public String toString() {
        return "AuthSettings[jwtSecret=" + (jwtSecret == null ? "none" : "set") + ", jwtKeyFile=" + jwtKeyFile
                + ", tokenCookie=" + tokenCookie + ", apiKey=" + (apiKey == null ? "none" : "set") + ", public="
                + publicPatterns + ", autoJoin=" + autoJoin + "]";
    }

    private static String emptyIsNone(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static void requireSecret(String key, String secret, int minBytes) {
        if (secret != null) {
            int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
            Require.that(bytes >= minBytes, key, "a text of " + bytes + " bytes", "at least " + minBytes + " bytes");
        }
    }

    /** A token of RFC 9110 §5.6.2, as RFC 6265 §4.1.1 wants it. */
    private static boolean isCookieName(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c)
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0));
    }
}
