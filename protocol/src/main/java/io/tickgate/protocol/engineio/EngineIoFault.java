package io.tickgate.protocol.engineio;

/**
 * The peer's fault: what it sent is not Engine.IO, or more of it than allowed. Prepared and without a stack trace, so it
 * costs nothing to throw and may be thrown on any thread.
 */
// The check warns of stale stack traces and suppressed exceptions: these have and take none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class EngineIoFault extends Exception {
    /** A packet without even a type; also an empty payload, and a separator with nothing before or behind it. */
    public static final EngineIoFault EMPTY_PACKET = new EngineIoFault("empty packet");
    /** A type that is neither 0 to 6 nor {@code b}, or binary data of a type other than message. */
    public static final EngineIoFault UNKNOWN_TYPE = new EngineIoFault("unknown packet type");
    /** A close, upgrade or noop packet with data. */
    public static final EngineIoFault UNEXPECTED_DATA = new EngineIoFault("packet type takes no data");
    /** Data behind a {@code b} that is not base64 (RFC 4648 §4). */
    public static final EngineIoFault NOT_BASE64 = new EngineIoFault("not base64");
    /** A payload that is not UTF-8. */
    public static final EngineIoFault NOT_UTF8 = new EngineIoFault("not UTF-8");
    /** A packet of a payload whose length is missing, is no number, or goes beyond the payload or into a character. */
    public static final EngineIoFault BAD_LENGTH = new EngineIoFault("bad length");
    /** A body whose content type is not one of its protocol, or a form without the payload in it. */
    public static final EngineIoFault BAD_CONTENT = new EngineIoFault("bad content");
    /** A payload of more bytes than the handshake's {@code maxPayload}. */
    public static final EngineIoFault PAYLOAD_TOO_LARGE = new EngineIoFault("payload too large");
    /** A payload of more packets than the limit. */
    public static final EngineIoFault TOO_MANY_PACKETS = new EngineIoFault("too many packets");

    private static final long serialVersionUID = 1;

    private EngineIoFault(String message) {
        super(message, null, false, false);
    }
}
