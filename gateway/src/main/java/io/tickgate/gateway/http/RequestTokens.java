package io.tickgate.gateway.http;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;

/**
 * Finds the token that came with a request: {@code Authorization: Bearer} (RFC 6750 §2.1), {@code ?token=} for clients that
 * can't set headers, or a cookie. Any thread; never logs what it finds.
 */
public final class RequestTokens {
    private static final String BEARER = "bearer ";

    private final Authenticator authenticator;
    private final String cookie;

    /** @param cookie the name of a cookie to look into, null for none */
    public RequestTokens(Authenticator authenticator, String cookie) {
        this.authenticator = authenticator;
        this.cookie = cookie;
    }

    /** Who makes the request: anonymous where it carries no token at all. */
    public Verdict verify(Request request) {
        String token = token(request);
        return token == null ? new Verdict.Accepted(Principal.ANONYMOUS) : authenticator.verify(token);
    }

    private String token(Request request) {
        String bearer = bearer(request);
        if (bearer != null) {
            return bearer;
        }
        String parameter = request.query("token");
        if (parameter != null) {
            return parameter;
        }
        return cookie == null ? null : request.cookie(cookie);
    }

    /** The bearer token of the Authorization header, or null. */
    public static String bearer(Request request) {
        String header = request.header("authorization");
        boolean isBearer = header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return isBearer ? header.substring(BEARER.length()).strip() : null;
    }
}
