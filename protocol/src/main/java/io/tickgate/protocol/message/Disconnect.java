package io.tickgate.protocol.message;

/**
 * Every reason for which the gateway ends a session. The code tells the client whether to come back: 44xx do not come back
 * unchanged; 45xx, 1001, 1006, 1012 come back with backoff (RFC 6455 §7.4 for 1xxx).
 */
public enum Disconnect {
    // @formatter:off
    NORMAL(1000, "normal"),
    GOING_AWAY(1001, "going_away"),
    PROTOCOL_ERROR(1002, "protocol_error"),
    UNSUPPORTED_DATA(1003, "unsupported_data"),
    INVALID_PAYLOAD(1007, "invalid_payload"),
    TOO_BIG(1009, "too_big"),
    SERVICE_RESTART(1012, "service_restart"),
    BAD_REQUEST(4400, "bad_request"),
    UNAUTHORIZED(4401, "unauthorized"),
    TOKEN_EXPIRED(4401, "token_expired"),
    FORBIDDEN(4403, "forbidden"),
    INTERNAL(4500, "internal"),
    SLOW_CONSUMER(4503, "slow_consumer"),
    HEARTBEAT(4508, "heartbeat"),
    TOO_MANY(4529, "too_many");
    // @formatter:on

    private final int code;
    private final String word;

    Disconnect(int code, String word) {
        this.code = code;
        this.word = word;
    }

    /** The WebSocket close code. */
    public int code() {
        return code;
    }

    /** The close reason. */
    public String word() {
        return word;
    }

    /** Whether a client should come back by itself, with backoff. */
    public boolean comeBack() {
        return code >= 4500 || code == 1001 || code == 1012;
    }
}
