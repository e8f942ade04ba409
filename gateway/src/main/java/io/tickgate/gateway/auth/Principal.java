package io.tickgate.gateway.auth;

import java.util.List;

/**
 * Who is connected and what the token allows. Immutable.
 *
 * @param user the token's {@code sub}, null for an anonymous client
 * @param channels patterns that may be subscribed besides what everyone may
 * @param expiresAtMs milliseconds since 1970 at which the token ends, 0 = never
 */
public record Principal(String user, List<String> channels, long expiresAtMs) {
    /** A client without a token. */
    public static final Principal ANONYMOUS = new Principal(null, List.of(), 0);

    public Principal {
        channels = List.copyOf(channels);
    }

    public boolean isAnonymous() {
        return user == null;
    }
}
