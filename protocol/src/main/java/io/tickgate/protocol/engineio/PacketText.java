package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;
import io.tickgate.protocol.engineio.EnginePacket.Close;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EnginePacket.Noop;
import io.tickgate.protocol.engineio.EnginePacket.Open;
import io.tickgate.protocol.engineio.EnginePacket.Ping;
import io.tickgate.protocol.engineio.EnginePacket.Pong;
import io.tickgate.protocol.engineio.EnginePacket.Upgrade;

/**
 * A packet as text, {@code <type>[<data>]}: a whole WebSocket text frame, and one entry of a polling payload. Static and
 * stateless: any thread; size is limited by whoever received the bytes.
 *
 * <p>Binary messages are {@code b<base64>} here. On WebSocket they normally are binary frames as they are, which need no
 * codec; a client without binary support (it says so by {@code b64=1}) uses the text there too.
 */
public final class PacketText {
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);
    private static final Close CLOSE = new Close();
    private static final Upgrade UPGRADE = new Upgrade();
    private static final Noop NOOP = new Noop();

    private PacketText() {}

    /**
     * Decodes everything between the reader and the writer index, which stay as they are.
     *
     * @param text UTF-8, checked by the carrier
     * @throws EngineIoFault if it is not one packet
     */
    public static EnginePacket decode(ByteBuf text) throws EngineIoFault {
        return decode(text, text.readerIndex(), text.writerIndex());
    }

    static EnginePacket decode(ByteBuf text, int from, int to) throws EngineIoFault {
        if (from == to) {
            throw EngineIoFault.EMPTY_PACKET;
        }
        int data = from + 1;
        int length = to - data;
        return switch (text.getByte(from)) {
            case '0' -> new Open(text.slice(data, length));
            case '1' -> withoutData(CLOSE, length);
            case '2' -> new Ping(isProbe(text, data, length));
            case '3' -> new Pong(isProbe(text, data, length));
            case '4' -> new Message(text.slice(data, length));
            case '5' -> withoutData(UPGRADE, length);
            case '6' -> withoutData(NOOP, length);
            case 'b' -> new BinaryMessage(fromBase64(text, data, length));
            default -> throw EngineIoFault.UNKNOWN_TYPE;
        };
    }

    /** Appends the packet's text. Data is copied; it is neither changed nor released. */
    public static void write(EnginePacket packet, ByteBuf out) {
        switch (packet) {
            case Open open -> writeData('0', open.json(), out);
            case Close close -> out.writeByte('1');
            case Ping ping -> writeProbe('2', ping.probe(), out);
            case Pong pong -> writeProbe('3', pong.probe(), out);
            case Message message -> writeData('4', message.text(), out);
            case Upgrade upgrade -> out.writeByte('5');
            case Noop noop -> out.writeByte('6');
            case BinaryMessage binary -> {
                out.writeByte('b');
                out.writeBytes(Base64.getEncoder().encode(ByteBufUtil.getBytes(binary.bytes())));
            }
        }
    }

    private static void writeData(char type, ByteBuf data, ByteBuf out) {
        out.writeByte(type);
        out.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    private static void writeProbe(char type, boolean probe, ByteBuf out) {
        out.writeByte(type);
        if (probe) {
            out.writeBytes(PROBE);
        }
    }

    private static EnginePacket withoutData(EnginePacket packet, int dataLength) throws EngineIoFault {
        if (dataLength != 0) {
            throw EngineIoFault.UNEXPECTED_DATA;
        }
        return packet;
    }

    private static boolean isProbe(ByteBuf text, int from, int length) {
        if (length != PROBE.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.getByte(from + i) != PROBE[i]) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuf fromBase64(ByteBuf text, int from, int length) throws EngineIoFault {
        try {
            return Unpooled.wrappedBuffer(Base64.getDecoder().decode(ByteBufUtil.getBytes(text, from, length)));
        } catch (IllegalArgumentException malformed) {
            throw EngineIoFault.NOT_BASE64;
        }
    }
}
