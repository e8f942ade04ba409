package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;

/** Binary messages as text (RFC 4648 §4), behind a head that is the protocol's. Static and stateless: any thread. */
final class Base64Text {

    private Base64Text() {}

    static byte[] encode(String head, byte[] message) {
        byte[] base64 = Base64.getEncoder().encode(message);
        byte[] text = new byte[head.length() + base64.length];
        byte[] ascii = head.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, text, 0, ascii.length);
        System.arraycopy(base64, 0, text, ascii.length, base64.length);
        return text;
    }

    /** Decodes what is behind the head. */
    static BinaryMessage decode(ByteBuf text, int from, int to) throws EngineIoFault {
        try {
            byte[] message = Base64.getDecoder().decode(withoutLineBreaks(ByteBufUtil.getBytes(text, from, to - from)));
            return new BinaryMessage(Unpooled.wrappedBuffer(message));
        } catch (IllegalArgumentException malformed) {
            throw EngineIoFault.NOT_BASE64;
        }
    }

    /** The Java client breaks lines as RFC 2045 §6.8 would have it, and the reference server takes no notice. */
    private static byte[] withoutLineBreaks(byte[] base64) {
        int kept = 0;
        for (byte octet : base64) {
            if (octet != '\n' && octet != '\r') {
                base64[kept++] = octet;
            }
        }
        return kept == base64.length ? base64 : Arrays.copyOf(base64, kept);
    }
}
