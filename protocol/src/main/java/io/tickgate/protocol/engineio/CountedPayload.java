package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.protocol.message.Ascii;
import io.tickgate.protocol.message.Utf8;

/**
 * The body of a polling request or response in Engine.IO 3, read packet by packet. As text each is
 * {@code <length in UTF-16 code units>:<packet>}, which is how JavaScript counts; as bytes it is 0 for text or 1 for binary, the
 * decimal digits of its length in bytes, each in a byte, 255, and the packet. Owned by whoever reads, once.
 */
final class CountedPayload {
    /** As many as surely fit an int. */
    private static final int MAX_LENGTH_DIGITS = 9;
    private static final byte LENGTH_END = (byte) 0xff;

    private final ByteBuf body;
    private final boolean isBytes;
    private final int end;
    private int from;
    private int to;
    private boolean text = true;

    private CountedPayload(ByteBuf body, boolean isBytes) {
        this.body = body;
        this.isBytes = isBytes;
        this.end = body.writerIndex();
        this.to = body.readerIndex();
    }

    /** A payload that came as text. */
    static CountedPayload ofText(ByteBuf body) throws EngineIoFault {
        requireUtf8(body, body.readerIndex(), body.writerIndex());
        return new CountedPayload(body, false);
    }

    /** A payload that came as bytes. */
    static CountedPayload ofBytes(ByteBuf body) {
        return new CountedPayload(body, true);
    }

    private static void requireUtf8(ByteBuf body, int from, int to) throws EngineIoFault {
        if (!ByteBufUtil.isText(body, from, to - from, StandardCharsets.UTF_8)) {
            throw EngineIoFault.NOT_UTF8;
        }
    }

    /** Goes to the next packet. @return false if there is none */
    boolean next() throws EngineIoFault {
        if (to == end) {
            return false;
        }
        if (isBytes) {
            nextInBytes();
        } else {
            nextInText();
        }
        return true;
    }

    private void nextInText() throws EngineIoFault {
        int units = readLength(to, (byte) ':', (byte) '0');
        int at = from;
        while (units > 0 && at < end) {
            int bytes = bytesOf(body.getByte(at));
            at += bytes;
            units -= bytes == 4 ? 2 : 1;
        }
        if (units != 0) {
            throw EngineIoFault.BAD_LENGTH;
        }
        to = at;
    }

    private void nextInBytes() throws EngineIoFault {
        byte kind = body.getByte(to);
        if (kind != 0 && kind != 1) {
            throw EngineIoFault.BAD_LENGTH;
        }
        text = kind == 0;
        int length = readLength(to + 1, LENGTH_END, (byte) 0);
        if (length > end - from) {
            throw EngineIoFault.BAD_LENGTH;
        }
        to = from + length;
        if (text) {
            requireUtf8(body, from, to);
        }
    }

    /** Reads a length up to what ends it, and goes behind that. */
    private int readLength(int start, byte ending, byte zero) throws EngineIoFault {
        int length = 0;
        for (int at = start; at < end && at - start <= MAX_LENGTH_DIGITS; at++) {
            byte octet = body.getByte(at);
            if (octet == ending && at > start) {
                from = at + 1;
                return length;
            }
            int digit = octet - zero;
            if (digit < 0 || digit > 9 || at - start == MAX_LENGTH_DIGITS) {
                break;
            }
            length = 10 * length + digit;
        }
        throw EngineIoFault.BAD_LENGTH;
    }

    /** How many bytes the character takes that begins with this one. */
    private static int bytesOf(byte first) {
        return first >= 0 ? 1 : (first & 0xff) < 0xe0 ? 2 : (first & 0xff) < 0xf0 ? 3 : 4;
    }

    // The packet that it is at.

    boolean isText() {
        return text;
    }

    boolean isEmpty() {
        return from == to;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    // Writing.

    static void appendText(byte[] packetText, ByteBuf out) {
        beginText(packetText.length - Utf8.surplus(packetText), out);
        out.writeBytes(packetText);
    }

    static void beginText(int utf16Units, ByteBuf out) {
        Ascii.writeDecimal(utf16Units, out);
        out.writeByte(':');
    }

    static void appendBytes(boolean isBinary, byte[] packet, ByteBuf out) {
        out.writeByte(isBinary ? 1 : 0);
        for (byte digit : Integer.toString(packet.length).getBytes(StandardCharsets.US_ASCII)) {
            out.writeByte(digit - '0');
        }
        out.writeByte(LENGTH_END).writeBytes(packet);
    }
}
