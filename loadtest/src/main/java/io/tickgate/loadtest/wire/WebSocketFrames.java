package io.tickgate.loadtest.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The little of RFC 6455 that probe and raw loop need: the handshake's hash and frame writing. Pure functions. */
public final class WebSocketFrames {
    /** Text frame, RFC 6455 §11.8. */
    public static final int TEXT = 1;
    /** Close frame. */
    public static final int CLOSE = 8;
    /** Ping frame. */
    public static final int PING = 9;
    /** Pong frame. */
    public static final int PONG = 10;

    /** First header bit of a deflated message (RFC 7692 §7.2.3). */
    public static final int RSV1 = 0x40;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    private WebSocketFrames() {}

    /** {@code Sec-WebSocket-Accept} for a key (RFC 6455 §4.2.2). */
    public static String accept(String key) {
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** A client's frame: masked, as RFC 6455 §5.3 asks. */
    public static byte[] fromClient(int opcode, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
        head(out, opcode, payload.length, MASKED);
        int key = ThreadLocalRandom.current().nextInt();
        out.putInt(key);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ key >>> (24 - 8 * (i & 3))));
        }
        return written(out);
    }

    /** A server's frame. */
    public static byte[] fromServer(int opcode, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(10 + payload.length);
        head(out, opcode, payload.length, 0);
        return written(out.put(payload));
    }

    /** A server's message, deflated by permessage-deflate. */
    public static byte[] deflatedFromServer(byte[] block) {
        ByteBuffer out = ByteBuffer.allocate(10 + block.length);
        head(out, RSV1 | TEXT, block.length, 0);
        return written(out.put(block));
    }

    private static void head(ByteBuffer out, int opcode, int lengthBytes, int mask) {
        out.put((byte) (FIN | opcode));
        if (lengthBytes < 126) {
            out.put((byte) (mask | lengthBytes));
        } else if (lengthBytes <= 0xffff) {
            out.put((byte) (mask | 126)).putShort((short) lengthBytes);
        } else {
            out.put((byte) (mask | 127)).putLong(lengthBytes);
        }
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
