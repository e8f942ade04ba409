package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * The JSON around a publication's payload: {@code {"channel":"…","seq":123,"data":<payload>}}. Static and stateless: any
 * thread, allocates nothing; the exact length is known before the first byte is written, so that a length-prefixed frame
 * header can go first.
 *
 * <p>The channel is taken as checked (printable ASCII without quotes and backslashes) and the payload as scanned
 * ({@link PayloadScanner}): both are copied as they are.
 */
public final class UpdateEnvelope {
    private static final byte[] CHANNEL = ascii("{\"channel\":\"");
    private static final byte[] SEQ = ascii("\",\"seq\":");
    private static final byte[] SNAPSHOT = ascii(",\"snapshot\":true,\"time\":");
    private static final byte[] DATA = ascii(",\"data\":");
    private static final int FIXED_BYTES = CHANNEL.length + SEQ.length + DATA.length + 1;

    private UpdateEnvelope() {}

    /** Exactly the bytes that {@link #encode} writes. */
    public static int length(byte[] channelAscii, long seq, byte[] payload) {
        return FIXED_BYTES + channelAscii.length + Ascii.decimalLength(seq) + payload.length;
    }

    /** Writes an update. */
    public static void encode(byte[] channelAscii, long seq, byte[] payload, ByteBuf out) {
        writeHead(channelAscii, seq, out);
        writeTail(payload, out);
    }

    /** Exactly the bytes that {@link #encodeSnapshot} writes. */
    public static int snapshotLength(byte[] channelAscii, long seq, long timeMs, byte[] payload) {
        return length(channelAscii, seq, payload) + SNAPSHOT.length + Ascii.decimalLength(timeMs);
    }

    /** Writes a snapshot: an update with {@code "snapshot":true} and the time of its ingest in ms since 1970. */
    public static void encodeSnapshot(byte[] channelAscii, long seq, long timeMs, byte[] payload, ByteBuf out) {
        writeHead(channelAscii, seq, out);
        out.writeBytes(SNAPSHOT);
        Ascii.writeDecimal(timeMs, out);
        writeTail(payload, out);
    }

    private static void writeHead(byte[] channelAscii, long seq, ByteBuf out) {
        out.writeBytes(CHANNEL).writeBytes(channelAscii).writeBytes(SEQ);
        Ascii.writeDecimal(seq, out);
    }

    private static void writeTail(byte[] payload, ByteBuf out) {
        out.writeBytes(DATA).writeBytes(payload).writeByte('}');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
