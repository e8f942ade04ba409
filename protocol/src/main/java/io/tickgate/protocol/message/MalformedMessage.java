package io.tickgate.protocol.message;

/**
 * The peer's fault: what it sent cannot be read as a message at all. Prepared and without a stack trace, so it costs
 * nothing to throw and may be thrown on any thread.
 */
// The check warns of stale stack traces and suppressed exceptions: these have and take none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class MalformedMessage extends Exception {
    /** Not exactly one JSON value in UTF-8, or nested too deep. */
    public static final MalformedMessage NOT_JSON = new MalformedMessage(ErrorCode.BAD_REQUEST, "not valid JSON");
    /** One JSON value, but not an object. */
    public static final MalformedMessage NOT_AN_OBJECT = new MalformedMessage(ErrorCode.BAD_REQUEST,
            "not a JSON object");
    /** The {@code messages} of a publish request are not an array. */
    public static final MalformedMessage MESSAGES_NOT_AN_ARRAY = new MalformedMessage(ErrorCode.BAD_REQUEST,
            "messages must be an array");
    /** More messages in a publish request than the limit. */
    public static final MalformedMessage TOO_MANY_MESSAGES = new MalformedMessage(ErrorCode.LIMIT,
            "too many messages in one request");

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    private MalformedMessage(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** What to answer where there is still a way to answer: {@code bad_request} or {@code limit}. */
    public ErrorCode code() {
        return code;
    }
}
