package io.tickgate.protocol.websocket;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * Writes WebSocket frames (RFC 6455 §5.2), each a whole message. Static and stateless: any thread, allocates nothing; a
 * server's frames are never masked, the {@code Masked} ones are for clients.
 */
public final class WebSocketEncoder {
    private static final int FIN = 0x80;
    /** RSV1 (RFC 7692 §6). */
    private static final int COMPRESSED = 0x40;
    private static final int MASK_BIT = 0x80;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_LENGTH_7 = 125;
    private static final int MAX_LENGTH_16 = 0xffff;

    private WebSocketEncoder() {}

    /** How many bytes the header of an unmasked frame takes: 2, 4 or 10. */
    public static int headerLength(int payloadLength) {
        if (payloadLength <= MAX_LENGTH_7) {
            return 2;
        }
        return payloadLength <= MAX_LENGTH_16 ? 4 : 10;
    }

    /** Writes the header of a text message whose payload the caller writes next. */
    public static void writeTextHeader(int payloadLength, ByteBuf out) {
        writeHeader(Opcode.TEXT, 0, payloadLength, out);
    }

    /** The same of a text message that is compressed (RFC 7692 §6). */
    public static void writeDeflatedTextHeader(int payloadLength, ByteBuf out) {
        writeHeader(COMPRESSED | Opcode.TEXT, 0, payloadLength, out);
    }

    /** Writes the header of a message of either kind, compressed or not, whose payload the caller writes next. */
    public static void writeHeader(boolean isText, boolean isDeflated, int payloadLength, ByteBuf out) {
        int opcode = isText ? Opcode.TEXT : Opcode.BINARY;
        writeHeader(isDeflated ? COMPRESSED | opcode : opcode, 0, payloadLength, out);
    }

    /**
     * Writes a text message.
     *
     * @param utf8 well-formed UTF-8
     */
    public static void writeText(byte[] utf8, ByteBuf out) {
        writeTextHeader(utf8.length, out);
        out.writeBytes(utf8);
    }

    public static void writeBinary(byte[] payload, ByteBuf out) {
        writeHeader(Opcode.BINARY, 0, payload.length, out);
        out.writeBytes(payload);
    }

    /** Writes a ping without payload. */
    public static void writePing(ByteBuf out) {
        writeHeader(Opcode.PING, 0, 0, out);
    }

    /** Writes a pong with the readable bytes of its ping (at most 125), which are left unread. */
    public static void writePong(ByteBuf payload, ByteBuf out) {
        int length = controlLength(payload.readableBytes());
        writeHeader(Opcode.PONG, 0, length, out);
        out.writeBytes(payload, payload.readerIndex(), length);
    }

    /**
     * Writes a close frame (§5.5.1).
     *
     * @param code {@link WebSocketDecoder#NO_CLOSE_CODE}, as received, for one without body
     * @param reason at most 123 bytes of UTF-8
     */
    public static void writeClose(int code, String reason, ByteBuf out) {
        byte[] body = closeBody(code, reason);
        writeHeader(Opcode.CLOSE, 0, body.length, out);
        out.writeBytes(body);
    }

    /**
     * Writes a client's frame of any kind, whole.
     *
     * @param opcode one of {@link Opcode}
     * @param mask unpredictable where an intermediary may listen (§10.3)
     */
    public static void writeMasked(int opcode, byte[] payload, int mask, ByteBuf out) {
        if (Opcode.isControl(opcode)) {
            controlLength(payload.length);
        }
        writeHeader(opcode, MASK_BIT, payload.length, out);
        out.writeInt(mask);
        int start = out.writerIndex();
        out.writeBytes(payload);
        Masking.apply(mask, out, start, payload.length);
    }

    /** Writes a client's close frame, as {@link #writeClose}. */
    public static void writeMaskedClose(int code, String reason, int mask, ByteBuf out) {
        writeMasked(Opcode.CLOSE, closeBody(code, reason), mask, out);
    }

    private static void writeHeader(int opcode, int maskBit, int length, ByteBuf out) {
        out.writeByte(FIN | opcode);
        if (length <= MAX_LENGTH_7) {
            out.writeByte(maskBit | length);
        } else if (length <= MAX_LENGTH_16) {
            out.writeByte(maskBit | 126).writeShort(length);
        } else {
            out.writeByte(maskBit | 127).writeLong(length);
        }
    }

    private static byte[] closeBody(int code, String reason) {
        if (code == WebSocketDecoder.NO_CLOSE_CODE) {
            return new byte[0];
        }
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[controlLength(Short.BYTES + utf8.length)];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, Short.BYTES, utf8.length);
        return body;
    }

    private static int controlLength(int length) {
        if (length > MAX_CONTROL_BYTES) {
            throw new IllegalArgumentException("control frame of " + length + " bytes");
        }
        return length;
    }
}
