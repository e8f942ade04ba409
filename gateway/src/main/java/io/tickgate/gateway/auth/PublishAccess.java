package io.tickgate.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import io.tickgate.protocol.message.ErrorCode;

/** Decides who may publish by HTTP: whoever has the API key, or without one everybody on a loopback bind. Any thread. */
public final class PublishAccess {
    private static final String SCHEME = "Bearer ";

    private final byte[] apiKey;
    private final boolean loopbackBind;

    /**
     * @param apiKey the configured key, or null
     * @param loopbackBind whether the gateway can be reached from this machine only
     */
    public PublishAccess(String apiKey, boolean loopbackBind) {
        this.apiKey = apiKey == null ? null : apiKey.getBytes(StandardCharsets.UTF_8);
        this.loopbackBind = loopbackBind;
    }

    /**
     * Whether a request may publish; keys are compared in a time that does not depend on where they differ.
     *
     * @param authorization the value of the {@code Authorization} header (RFC 6750 §2.1), or null
     * @return null if it may, {@code unauthorized} where the key is missing or wrong, {@code forbidden} where no key is
     *         configured and the bind is not loopback
     */
    public ErrorCode refusal(String authorization) {
        if (apiKey == null) {
            return loopbackBind ? null : ErrorCode.FORBIDDEN;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return ErrorCode.UNAUTHORIZED;
        }
        byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, apiKey) ? null : ErrorCode.UNAUTHORIZED;
    }
}
