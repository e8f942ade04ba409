package io.tickgate.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;

import io.tickgate.gateway.model.Require;

/** Makes tokens for development, signed with the gateway's own HS256 secret. Any thread. */
public final class TokenMint {
    private static final Duration MAX_TTL = Duration.ofDays(366);

    private final MACSigner signer;

    /** @throws IllegalArgumentException if the secret has less than 32 bytes */
    public TokenMint(String secret) {
        try {
            signer = new MACSigner(secret.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("jwtSecret is too short, allowed is at least "
                    + AuthSettings.MIN_SECRET_BYTES + " bytes", e);
        }
    }

    /**
     * A token in its compact form.
     *
     * @param user the {@code sub}, 1 to 96 bytes of what channel names are made of
     * @param channels patterns it may subscribe to, at most 64
     * @param ttl from a second to 366 days
     * @throws IllegalArgumentException naming what is out of range
     */
    public String mint(String user, List<String> channels, Duration ttl, Instant now) {
        Require.that(TokenClaims.isUser(user), "sub", "'" + user + "'",
                "1 to " + TokenClaims.MAX_USER_BYTES + " bytes of what channel names are made of");
        Require.that(TokenClaims.arePatterns(channels), "channels", channels,
                "up to " + TokenClaims.MAX_CHANNELS + " patterns, in which * is any run of characters");
        Require.that(ttl.compareTo(Duration.ofSeconds(1)) >= 0 && ttl.compareTo(MAX_TTL) <= 0, "ttl", ttl,
                "1s to 366d");
        var claims = new LinkedHashMap<String, Object>();
        claims.put("sub", user);
        if (!channels.isEmpty()) {
            claims.put("channels", channels);
        }
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(ttl).getEpochSecond());
        var token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
