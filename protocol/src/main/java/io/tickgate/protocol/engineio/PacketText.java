package io.tickgate.protocol.engineio;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.engineio.EnginePacket.Close;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EnginePacket.Noop;
import io.tickgate.protocol.engineio.EnginePacket.Open;
import io.tickgate.protocol.engineio.EnginePacket.Ping;
import io.tickgate.protocol.engineio.EnginePacket.Pong;
import io.tickgate.protocol.engineio.EnginePacket.Upgrade;

/**
 * A packet as text, {@code <type>[<data>]}, the same in every protocol: a whole WebSocket text frame, and one entry of a polling
 * payload. Static and stateless: any thread; size is limited by whoever received the bytes. How binary messages become text is
 * the protocols' own.
 */
final class PacketText {
    /** The type of what is base64. */
    static final byte BASE64 = 'b';

    private static final Close CLOSE = new Close();
    private static final Upgrade UPGRADE = new Upgrade();
    private static final Noop NOOP = new Noop();

    private PacketText() {}

    /**
     * Decodes a packet that is not base64.
     *
     * @param text UTF-8, checked by the carrier
     * @throws EngineIoFault if it is not one packet
     */
    static EnginePacket decode(ByteBuf text, int from, int to) throws EngineIoFault {
        if (from == to) {
            throw EngineIoFault.EMPTY_PACKET;
        }
        int data = from + 1;
        int length = to - data;
        return switch (text.getByte(from)) {
            case '0' -> new Open(text.slice(data, length));
            case '1' -> withoutData(CLOSE, length);
            case '2' -> new Ping(text.slice(data, length));
            case '3' -> new Pong(text.slice(data, length));
            case '4' -> new Message(text.slice(data, length));
            case '5' -> withoutData(UPGRADE, length);
            case '6' -> withoutData(NOOP, length);
            default -> throw EngineIoFault.UNKNOWN_TYPE;
        };
    }

    private static EnginePacket withoutData(EnginePacket packet, int dataLength) throws EngineIoFault {
        if (dataLength != 0) {
            throw EngineIoFault.UNEXPECTED_DATA;
        }
        return packet;
    }
}
