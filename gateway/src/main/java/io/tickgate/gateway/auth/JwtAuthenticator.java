package io.tickgate.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;

import io.tickgate.protocol.message.ErrorCode;

/**
 * Verifies JSON Web Tokens (RFC 7519, RFC 8725) with the configured secret or public key. Immutable, any thread; every
 * algorithm has a key of its own type, so a token can't have one key taken for another.
 */
public final class JwtAuthenticator implements Authenticator {
    static final int MAX_TOKEN_BYTES = 8 * 1024;
    private static final long NOT_BEFORE_LEEWAY_MS = 30_000;

    private static final Verdict NO_KEY = unauthorized("no key is configured, tokens are not taken");
    private static final Verdict TOO_LONG = unauthorized("the token is longer than " + MAX_TOKEN_BYTES + " bytes");
    private static final Verdict MALFORMED = unauthorized("the token is not a signed JWT");
    private static final Verdict WRONG_ALGORITHM = unauthorized("the token's alg is not the configured one");
    private static final Verdict WRONG_SIGNATURE = unauthorized("the token's signature does not verify");
    private static final Verdict BAD_CLAIMS = unauthorized(
            "the token's claims sub, channels, exp or nbf are not valid");
    private static final Verdict TOO_EARLY = unauthorized("the token is not valid yet");
    private static final Verdict EXPIRED = new Verdict.Rejected(ErrorCode.TOKEN_EXPIRED, "the token has expired");

    private final Map<JWSAlgorithm, JWSVerifier> verifiers;
    private final InstantSource clock;

    private JwtAuthenticator(Map<JWSAlgorithm, JWSVerifier> verifiers, InstantSource clock) {
        this.verifiers = Map.copyOf(verifiers);
        this.clock = clock;
    }

    /** @throws IllegalArgumentException naming the setting that can't be used */
    public static JwtAuthenticator of(AuthSettings settings, InstantSource clock) {
        var verifiers = new HashMap<JWSAlgorithm, JWSVerifier>();
        if (settings.jwtKeyFile() != null) {
            var entry = PublicKeyFile.read(settings.jwtKeyFile());
            verifiers.put(entry.getKey(), entry.getValue());
        }
        if (settings.jwtSecret() != null) {
            try {
                byte[] secret = settings.jwtSecret().getBytes(StandardCharsets.UTF_8);
                verifiers.put(JWSAlgorithm.HS256, new MACVerifier(secret));
            } catch (JOSEException e) {
                throw new IllegalArgumentException("jwtSecret can't be used: " + e.getMessage(), e);
            }
        }
        return new JwtAuthenticator(verifiers, clock);
    }

    @Override
    public boolean isConfigured() {
        return !verifiers.isEmpty();
    }

    @Override
    public Verdict verify(String token) {
        if (verifiers.isEmpty()) {
            return NO_KEY;
        }
        if (token.length() > MAX_TOKEN_BYTES) {
            return TOO_LONG;
        }
        try {
            return verify(JWSObject.parse(token));
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException refused) {
            return MALFORMED;
        }
    }

    private Verdict verify(JWSObject token) throws JOSEException {
        JWSVerifier verifier = verifiers.get(token.getHeader().getAlgorithm());
        if (verifier == null) {
            return WRONG_ALGORITHM;
        }
        if (!token.verify(verifier)) {
            return WRONG_SIGNATURE;
        }
        TokenClaims claims = TokenClaims.read(token.getPayload().toJSONObject());
        return claims == null ? BAD_CLAIMS : verdict(claims, clock.millis());
    }

    private static Verdict verdict(TokenClaims claims, long nowMs) {
        if (claims.expiresAtMs() != 0 && nowMs >= claims.expiresAtMs()) {
            return EXPIRED;
        }
        if (claims.notBeforeMs() > nowMs + NOT_BEFORE_LEEWAY_MS) {
            return TOO_EARLY;
        }
        return new Verdict.Accepted(new Principal(claims.user(), claims.channels(), claims.expiresAtMs()));
    }

    private static Verdict unauthorized(String message) {
        return new Verdict.Rejected(ErrorCode.UNAUTHORIZED, message);
    }
}
