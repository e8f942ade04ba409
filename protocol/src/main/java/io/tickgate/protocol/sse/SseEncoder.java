package io.tickgate.protocol.sse;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Ascii;
import io.tickgate.protocol.message.UpdateEnvelope;

/**
 * Writes the blocks of an event stream (WHATWG HTML §9.2.5). Static and stateless: any thread, allocates nothing; the exact
 * length of each block is known before its first byte, so that a chunk or DATA frame header can go first.
 *
 * <p>Bodies are one line: payloads as scanned at ingest and JSON of our own hold no raw line breaks. Where a method takes a
 * node and a number they are the two halves of {@code id: <node>-<number>}; {@link #NO_ID} as the number leaves the line
 * out. Where it takes a kind, that is the {@code event:} field; null leaves it out, so that {@code onmessage} gets the event.
 */
public final class SseEncoder {
    /** The number of an event without id: not everything up to it has been sent. */
    public static final long NO_ID = -1;

    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] CONTROL = ascii("event: control\ndata: ");
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] COMMENT = ascii(":\n\n");
    private static final int END_BYTES = 2;

    private SseEncoder() {}

    /** Exactly the bytes that {@link #writeUpdate} writes. */
    public static int updateLength(byte[] nodeAscii, long number, byte[] kindAscii, byte[] channelAscii, long seq,
            byte[] payload) {
        return eventLength(nodeAscii, number, kindAscii, UpdateEnvelope.length(channelAscii, seq, payload));
    }

    /** Writes an update in its envelope. */
    public static void writeUpdate(byte[] nodeAscii, long number, byte[] kindAscii, byte[] channelAscii, long seq,
            byte[] payload, ByteBuf out) {
        beginEvent(nodeAscii, number, kindAscii, out);
        UpdateEnvelope.encode(channelAscii, seq, payload, out);
        endEvent(out);
    }

    /** Exactly the bytes that {@link #writeSnapshot} writes. */
    public static int snapshotLength(byte[] nodeAscii, long number, byte[] kindAscii, byte[] channelAscii, long seq,
            long timeMs, byte[] payload) {
        return eventLength(nodeAscii, number, kindAscii, UpdateEnvelope.snapshotLength(channelAscii, seq, timeMs,
                payload));
    }

    /** Writes a snapshot in its envelope. */
    public static void writeSnapshot(byte[] nodeAscii, long number, byte[] kindAscii, byte[] channelAscii, long seq,
            long timeMs, byte[] payload, ByteBuf out) {
        beginEvent(nodeAscii, number, kindAscii, out);
        UpdateEnvelope.encodeSnapshot(channelAscii, seq, timeMs, payload, out);
        endEvent(out);
    }

    /** Exactly the bytes that {@link #writePayload} writes. */
    public static int payloadLength(byte[] nodeAscii, long number, byte[] kindAscii, byte[] payload) {
        return eventLength(nodeAscii, number, kindAscii, payload.length);
    }

    /** Writes a bare payload, for who asked for {@code data=payload}. */
    public static void writePayload(byte[] nodeAscii, long number, byte[] kindAscii, byte[] payload, ByteBuf out) {
        beginEvent(nodeAscii, number, kindAscii, out);
        out.writeBytes(payload);
        endEvent(out);
    }

    /** The bytes of an event whose body the caller writes between {@link #beginEvent} and {@link #endEvent}. */
    public static int eventLength(byte[] nodeAscii, long number, byte[] kindAscii, int bodyBytes) {
        int idBytes = number == NO_ID ? 0 : idLineLength(nodeAscii, number);
        int kindBytes = kindAscii == null ? 0 : EVENT.length + kindAscii.length + 1;
        return idBytes + kindBytes + DATA.length + bodyBytes + END_BYTES;
    }

    /** Writes an event up to its body, which must be one line. */
    public static void beginEvent(byte[] nodeAscii, long number, byte[] kindAscii, ByteBuf out) {
        if (number != NO_ID) {
            writeIdLine(nodeAscii, number, out);
        }
        if (kindAscii != null) {
            out.writeBytes(EVENT).writeBytes(kindAscii).writeByte('\n');
        }
        out.writeBytes(DATA);
    }

    /** Ends the body's line and the event. */
    public static void endEvent(ByteBuf out) {
        out.writeByte('\n').writeByte('\n');
    }

    /** Exactly the bytes that {@link #writeControl} writes. */
    public static int controlLength(byte[] json) {
        return CONTROL.length + json.length + END_BYTES;
    }

    /** Writes a {@code control} event: what has {@code op} on WebSocket. */
    public static void writeControl(byte[] json, ByteBuf out) {
        out.writeBytes(CONTROL).writeBytes(json);
        endEvent(out);
    }

    /** Exactly the bytes that {@link #writeId} writes. */
    public static int idLength(byte[] nodeAscii, long number) {
        return idLineLength(nodeAscii, number) + 1;
    }

    /** Writes a block of an id alone: moves the client's last event id, without an event. */
    public static void writeId(byte[] nodeAscii, long number, ByteBuf out) {
        writeIdLine(nodeAscii, number, out);
        out.writeByte('\n');
    }

    /** Exactly the bytes that {@link #writeRetry} writes. */
    public static int retryLength(int retryMs) {
        return RETRY.length + Ascii.decimalLength(retryMs) + END_BYTES;
    }

    /** Writes a block that sets the client's reconnection time. */
    public static void writeRetry(int retryMs, ByteBuf out) {
        out.writeBytes(RETRY);
        Ascii.writeDecimal(retryMs, out);
        endEvent(out);
    }

    /** Exactly the bytes that {@link #writeComment} writes. */
    public static int commentLength() {
        return COMMENT.length;
    }

    /** Writes an empty comment: a heartbeat that no client's code sees. */
    public static void writeComment(ByteBuf out) {
        out.writeBytes(COMMENT);
    }

    private static int idLineLength(byte[] nodeAscii, long number) {
        return ID.length + nodeAscii.length + 1 + Ascii.decimalLength(number) + 1;
    }

    private static void writeIdLine(byte[] nodeAscii, long number, ByteBuf out) {
        out.writeBytes(ID).writeBytes(nodeAscii).writeByte('-');
        Ascii.writeDecimal(number, out);
        out.writeByte('\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
