package io.tickgate.gateway.testing;

import java.util.List;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.protocol.message.ErrorCode;

/**
 * Tokens that are the user's name; {@code bad} is none, {@code old} has expired, and {@code brief} will soon.
 *
 * @param clock by which it does
 * @param briefMs how soon
 */
public record UserNames(Clock clock, long briefMs) implements Authenticator {
    @Override
    public Verdict verify(String token) {
        return switch (token) {
            case "bad" -> new Verdict.Rejected(ErrorCode.UNAUTHORIZED, "bad token");
            case "old" -> new Verdict.Rejected(ErrorCode.TOKEN_EXPIRED, "the token has expired");
            case "brief" -> new Verdict.Accepted(new Principal(token, List.of(), clock.timeMs() + briefMs));
            default -> new Verdict.Accepted(new Principal(token, List.of(), 0));
        };
    }

    @Override
    public boolean isConfigured() {
        return true;
    }
}
