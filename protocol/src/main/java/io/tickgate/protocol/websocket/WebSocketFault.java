package io.tickgate.protocol.websocket;

import io.tickgate.protocol.message.Disconnect;

/**
 * The peer's breach of RFC 6455, after which the connection is failed (§7.1.7) with {@link #disconnect()}. Prepared and
 * without a stack trace, so it costs nothing to throw and may be thrown on any thread; the message is for the log.
 */
// The check warns of stale stack traces and suppressed exceptions: these have and take none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class WebSocketFault extends Exception {
    static final WebSocketFault RESERVED_BITS = protocolError("reserved bit set (§5.2)");
    static final WebSocketFault RESERVED_OPCODE = protocolError("reserved opcode (§5.2)");
    static final WebSocketFault NOT_MASKED = protocolError("client frame not masked (§5.1)");
    static final WebSocketFault MASKED = protocolError("server frame masked (§5.1)");
    static final WebSocketFault FRAGMENTED_CONTROL = protocolError("control frame fragmented (§5.5)");
    static final WebSocketFault LONG_CONTROL = protocolError("control frame above 125 bytes (§5.5)");
    static final WebSocketFault NOT_MINIMAL = protocolError("length not in its shortest form (§5.2)");
    static final WebSocketFault NEGATIVE_LENGTH = protocolError("highest bit of the length set (§5.2)");
    static final WebSocketFault NOTHING_TO_CONTINUE = protocolError("continuation without a message (§5.4)");
    static final WebSocketFault INTERLEAVED = protocolError("new message inside a fragmented one (§5.4)");
    static final WebSocketFault BAD_CLOSE = protocolError("close frame of one byte (§5.5.1)");
    static final WebSocketFault BAD_CLOSE_CODE = protocolError("close code that must not be sent (§7.4)");
    static final WebSocketFault NOT_UTF8 = new WebSocketFault(Disconnect.INVALID_PAYLOAD, "text not UTF-8 (§8.1)");
    static final WebSocketFault NOT_DEFLATE = new WebSocketFault(Disconnect.INVALID_PAYLOAD,
            "message that can't be inflated (RFC 7692 §7.2.2)");
    static final WebSocketFault TOO_BIG = new WebSocketFault(Disconnect.TOO_BIG, "message above the limit");
    /** Of bytes there may be few in them: what is refused is the work. */
    public static final WebSocketFault TOO_MANY_FRAGMENTS = new WebSocketFault(Disconnect.TOO_BIG,
            "message of more than " + WebSocketDecoder.MAX_FRAGMENTS + " fragments");

    private static final long serialVersionUID = 1;

    private final Disconnect disconnect;

    private WebSocketFault(Disconnect disconnect, String message) {
        super(message, null, false, false);
        this.disconnect = disconnect;
    }

    private static WebSocketFault protocolError(String message) {
        return new WebSocketFault(Disconnect.PROTOCOL_ERROR, message);
    }

    /** How to close: {@code PROTOCOL_ERROR} 1002, {@code INVALID_PAYLOAD} 1007 or {@code TOO_BIG} 1009. */
    public Disconnect disconnect() {
        return disconnect;
    }
}
