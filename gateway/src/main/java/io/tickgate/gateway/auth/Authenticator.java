package io.tickgate.gateway.auth;

import io.tickgate.protocol.message.ErrorCode;

/** Turns a token into a principal. Any thread, without blocking; tokens appear in no log and no message. */
public interface Authenticator {

    /** Either who the token names or why it is refused. */
    sealed interface Verdict {
        record Accepted(Principal principal) implements Verdict {}

        /** @param code {@code unauthorized} or {@code token_expired} */
        record Rejected(ErrorCode code, String message) implements Verdict {}
    }

    Verdict verify(String token);

    /** Whether any key is configured; without one only public kinds are served. */
    boolean isConfigured();
}
