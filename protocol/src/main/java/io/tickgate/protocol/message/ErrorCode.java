package io.tickgate.protocol.message;

/** The words by which a client is told why something was refused; part of the wire contract. */
public enum ErrorCode {
    BAD_REQUEST("bad_request", 400), BAD_CHANNEL("bad_channel", 400),
    /** No token where one is needed, or one that does not verify. */
    UNAUTHORIZED("unauthorized", 401),
    /** The token's rights do not reach. */
    FORBIDDEN("forbidden", 403), TOKEN_EXPIRED("token_expired", 401), LIMIT("limit", 429), UNAVAILABLE("unavailable",
            503);

    private final String word;
    private final int httpStatus;

    ErrorCode(String word, int httpStatus) {
        this.word = word;
        this.httpStatus = httpStatus;
    }

    /** The code as it stands on the wire. */
    public String word() {
        return word;
    }

    /** The HTTP status that goes with the code where a refusal is an HTTP response (RFC 9110 §15). */
    public int httpStatus() {
        return httpStatus;
    }
}
