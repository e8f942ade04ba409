package io.tickgate.protocol.socketio;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.protocol.message.Ascii;
import io.tickgate.protocol.message.Utf8;

/**
 * Writes events of one name in one namespace, with the 4 in front that makes them Engine.IO messages: a whole WebSocket
 * text frame, and one entry of a polling payload, are the same bytes. Immutable: any thread; writing allocates nothing but
 * the buffer's own growth, and the exact length is known before, so that a length-prefixed frame header can go first.
 *
 * <p>Arguments are copied as they are: payloads are valid JSON, channels and epochs printable ASCII without quotes and
 * backslashes.
 */
public final class EventEncoder {
    /** The number of an event after which a client must not go on: something that came before it is still missing. */
    public static final long NO_OFFSET = -1;

    private static final byte[] META_CHANNEL = ascii(",{\"channel\":\"");
    private static final byte[] META_EPOCH = ascii("\",\"epoch\":\"");
    private static final byte[] META_SEQ = ascii("\",\"seq\":");
    private static final byte[] META_END = ascii("}]");
    private static final byte[] NULL = ascii(",null");
    private static final int META_FIXED_BYTES = META_CHANNEL.length + META_EPOCH.length + META_SEQ.length
            + META_END.length;

    /** {@code 42/namespace,["name",} */
    private final byte[] head;
    private final int headSurplus;

    /**
     * @param namespace starts with a slash and holds no comma
     * @param eventName any text, which is quoted here once
     */
    public EventEncoder(String namespace, String eventName) {
        head = SocketPacketEncoder.utf8(
                SocketPacketEncoder.head('2', namespace) + "[" + SocketPacketEncoder.quote(eventName) + ",");
        headSurplus = Utf8.surplus(head);
    }

    /** How many more bytes than UTF-16 code units the event has, with or without other arguments behind the payload. */
    public int surplus(byte[] payload) {
        return headSurplus + Utf8.surplus(payload);
    }

    /** Exactly the bytes that {@link #write} appends. */
    public int length(byte[] payload) {
        return head.length + payload.length + 1;
    }

    /** Appends {@code 42["name",<payload>]}. */
    public void write(byte[] payload, ByteBuf out) {
        out.writeBytes(head).writeBytes(payload).writeByte(']');
    }

    /** Exactly the bytes that {@link #writeWithMeta} appends. */
    public int lengthWithMeta(byte[] payload, byte[] channelAscii, String epoch, long seq) {
        return head.length + payload.length + META_FIXED_BYTES + channelAscii.length + epoch.length()
                + Ascii.decimalLength(seq);
    }

    /** Appends {@code 42["name",<payload>,{"channel":"…","epoch":"…","seq":123}]}. */
    public void writeWithMeta(byte[] payload, byte[] channelAscii, String epoch, long seq, ByteBuf out) {
        out.writeBytes(head).writeBytes(payload);
        out.writeBytes(META_CHANNEL).writeBytes(channelAscii).writeBytes(META_EPOCH);
        ByteBufUtil.writeAscii(out, epoch);
        out.writeBytes(META_SEQ);
        Ascii.writeDecimal(seq, out);
        out.writeBytes(META_END);
    }

    /** Exactly the bytes by which {@link #appendOffset} makes an event longer. */
    public static int offsetLength(byte[] nodeAscii, long number) {
        return number == NO_OFFSET ? NULL.length : nodeAscii.length + 4 + Ascii.decimalLength(number);
    }

    /**
     * Adds a last argument to the event that was just written: {@code "<node>-<number>"}, which a client that can be recovered
     * keeps as where it stands, or null. It keeps any string in that place, so that a payload must never be left there.
     */
    public static void appendOffset(byte[] nodeAscii, long number, ByteBuf out) {
        // In the place of the closing bracket.
        out.writerIndex(out.writerIndex() - 1);
        if (number == NO_OFFSET) {
            out.writeBytes(NULL);
        } else {
            out.writeByte(',').writeByte('"').writeBytes(nodeAscii).writeByte('-');
            Ascii.writeDecimal(number, out);
            out.writeByte('"');
        }
        out.writeByte(']');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
