package io.tickgate.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

import io.tickgate.protocol.message.ErrorCode;

/**
 * Decides who may publish by HTTP: whoever has the API key, or without one everybody on a loopback bind, but no page from
 * elsewhere that a browser on this machine shows. Any thread.
 */
public final class PublishAccess {
    private static final String SCHEME = "Bearer ";
    /** Pages of this machine, by their Origin (RFC 6454 §6.2). */
    private static final Pattern LOCAL_ORIGIN = Pattern
            .compile("https?://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::\\d{1,5})?", Pattern.CASE_INSENSITIVE);

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
     * @param origin the value of the {@code Origin} header, or null where no page of a browser asks
     * @return null if it may, {@code unauthorized} where the key is missing or wrong, {@code forbidden} where no key is
     *         configured and the bind is not loopback or the page not of this machine
     */
    public ErrorCode refusal(String authorization, String origin) {
        if (apiKey == null) {
            boolean local = origin == null || LOCAL_ORIGIN.matcher(origin).matches();
            return loopbackBind && local ? null : ErrorCode.FORBIDDEN;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return ErrorCode.UNAUTHORIZED;
        }
        byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, apiKey) ? null : ErrorCode.UNAUTHORIZED;
    }
}
