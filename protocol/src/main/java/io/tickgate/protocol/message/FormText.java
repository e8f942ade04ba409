package io.tickgate.protocol.message;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Names and values of a form or a query (URL standard §5.1). Static and stateless: any thread. */
public final class FormText {
    private static final int HEX = 16;

    private FormText() {}

    /** The text that was encoded; null if a percent sign is not followed by two hexadecimal digits, or it is not UTF-8. */
    public static String decode(String encoded) {
        byte[] utf8 = encoded.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.buffer(utf8.length);
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] == '+') {
                out.writeByte(' ');
            } else if (utf8[i] == '%') {
                int octet = i + 2 < utf8.length ? octet(utf8[i + 1], utf8[i + 2]) : -1;
                if (octet < 0) {
                    return null;
                }
                out.writeByte(octet);
                i += 2;
            } else {
                out.writeByte(utf8[i]);
            }
        }
        byte[] text = ByteBufUtil.getBytes(out);
        return Utf8.isWellFormed(text) ? new String(text, StandardCharsets.UTF_8) : null;
    }

    private static int octet(byte high, byte low) {
        int first = Character.digit(high, HEX);
        int second = Character.digit(low, HEX);
        return first < 0 || second < 0 ? -1 : HEX * first + second;
    }
}
