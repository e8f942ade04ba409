package io.tickgate.protocol.socketio;

/**
 * The peer's fault: what it sent is not a Socket.IO packet, or exceeds a limit. Prepared and without a stack trace, so it
 * costs nothing to throw and may be thrown on any thread. The protocol asks the receiver to close the connection.
 */
// The check warns of stale stack traces and suppressed exceptions: these have and take none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class SocketIoFault extends Exception {
    /** A packet without even a type. */
    public static final SocketIoFault EMPTY_PACKET = new SocketIoFault("empty packet");
    /** A type other than 0 to 6. */
    public static final SocketIoFault UNKNOWN_TYPE = new SocketIoFault("unknown packet type");
    /** A binary packet whose type is not followed by digits and a hyphen. */
    public static final SocketIoFault BAD_ATTACHMENT_COUNT = new SocketIoFault("bad attachment count");
    /** More attachments than the limit. */
    public static final SocketIoFault TOO_MANY_ATTACHMENTS = new SocketIoFault("too many attachments");
    /** A binary packet whose placeholders do not stand for each of its attachments exactly once. */
    public static final SocketIoFault BAD_PLACEHOLDERS = new SocketIoFault("placeholders do not match attachments");
    /** A text instead of an attachment that was announced, or an attachment that was not. */
    public static final SocketIoFault UNEXPECTED_ATTACHMENT = new SocketIoFault("attachment missing or not announced");
    /** Attachments of one packet that have more bytes together than the limit. */
    public static final SocketIoFault ATTACHMENTS_TOO_LARGE = new SocketIoFault("attachments too large");
    /** A namespace longer than the limit. */
    public static final SocketIoFault NAMESPACE_TOO_LONG = new SocketIoFault("namespace too long");
    /** An acknowledgement id of more than {@link SocketPacketDecoder#MAX_ACK_ID_DIGITS} digits. */
    public static final SocketIoFault ACK_ID_TOO_LONG = new SocketIoFault("acknowledgement id too long");
    /** An acknowledgement that does not say of what. */
    public static final SocketIoFault ACK_ID_MISSING = new SocketIoFault("acknowledgement id missing");
    /** An acknowledgement id on a packet that cannot be acknowledged. */
    public static final SocketIoFault UNEXPECTED_ACK_ID = new SocketIoFault("packet type takes no acknowledgement id");
    /** Data that is not one JSON value in UTF-8. */
    public static final SocketIoFault NOT_JSON = new SocketIoFault("data is not JSON");
    /** Data whose arrays and objects nest deeper than the limit. */
    public static final SocketIoFault TOO_DEEP = new SocketIoFault("data nests too deep");
    /** Data that is missing, not wanted, or not of the kind that the packet type takes. */
    public static final SocketIoFault BAD_DATA = new SocketIoFault("data does not fit the packet type");
    /** An event whose first element is not a name, or one that the protocol keeps for itself. */
    public static final SocketIoFault BAD_EVENT_NAME = new SocketIoFault("bad event name");
    /** More arguments than the limit. */
    public static final SocketIoFault TOO_MANY_ARGUMENTS = new SocketIoFault("too many arguments");

    private static final long serialVersionUID = 1;

    /** Whether a limit on attachments was exceeded. */
    public boolean isAboutAttachments() {
        return equals(TOO_MANY_ATTACHMENTS) || equals(ATTACHMENTS_TOO_LARGE);
    }

    private SocketIoFault(String message) {
        super(message, null, false, false);
    }
}
