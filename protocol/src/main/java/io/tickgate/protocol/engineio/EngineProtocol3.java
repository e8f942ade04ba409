package io.tickgate.protocol.engineio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;

/**
 * Engine.IO 3, of Socket.IO clients before 3.0: the client beats, binary frames begin with the packet's type, and polling payloads
 * tell each packet's length, as text or as bytes.
 */
public final class EngineProtocol3 implements EngineProtocol {
    /** The type of a binary packet; no other one carries bytes. */
    private static final byte MESSAGE = 4;

    private final int maxPayloadBytes;
    private final int maxPackets;

    /**
     * @param maxPayloadBytes the handshake's {@code maxPayload}, at least 1
     * @param maxPackets how many packets one body may hold, at least 1
     */
    public EngineProtocol3(int maxPayloadBytes, int maxPackets) {
        if (maxPayloadBytes < 1 || maxPackets < 1) {
            throw new IllegalArgumentException("maxPayloadBytes " + maxPayloadBytes + ", maxPackets " + maxPackets);
        }
        this.maxPayloadBytes = maxPayloadBytes;
        this.maxPackets = maxPackets;
    }

    @Override
    public EnginePacket decodeText(ByteBuf text) throws EngineIoFault {
        return decodeText(text, text.readerIndex(), text.writerIndex());
    }

    private static EnginePacket decodeText(ByteBuf text, int from, int to) throws EngineIoFault {
        if (from == to || text.getByte(from) != PacketText.BASE64) {
            return PacketText.decode(text, from, to);
        }
        if (to - from < 2 || text.getByte(from + 1) != '0' + MESSAGE) {
            throw EngineIoFault.UNKNOWN_TYPE;
        }
        return Base64Text.decode(text, from + 2, to);
    }

    @Override
    public EnginePacket decodeBinary(ByteBuf frame) throws EngineIoFault {
        return decodeBinary(frame, frame.readerIndex(), frame.writerIndex());
    }

    private static EnginePacket decodeBinary(ByteBuf bytes, int from, int to) throws EngineIoFault {
        if (from == to) {
            throw EngineIoFault.EMPTY_PACKET;
        }
        if (bytes.getByte(from) != MESSAGE) {
            throw EngineIoFault.UNKNOWN_TYPE;
        }
        return new BinaryMessage(bytes.slice(from + 1, to - from - 1));
    }

    @Override
    public byte[] binaryFrame(byte[] message) {
        byte[] frame = new byte[1 + message.length];
        frame[0] = MESSAGE;
        System.arraycopy(message, 0, frame, 1, message.length);
        return frame;
    }

    @Override
    public byte[] binaryText(byte[] message) {
        return Base64Text.encode("b4", message);
    }

    @Override
    public List<EnginePacket> decodePayload(ByteBuf body, boolean isBinary) throws EngineIoFault {
        if (body.readableBytes() > maxPayloadBytes) {
            throw EngineIoFault.PAYLOAD_TOO_LARGE;
        }
        if (!body.isReadable()) {
            throw EngineIoFault.EMPTY_PACKET;
        }
        List<EnginePacket> packets = new ArrayList<>();
        CountedPayload payload = isBinary ? CountedPayload.ofBytes(body) : CountedPayload.ofText(body);
        while (payload.next()) {
            if (payload.isEmpty()) {
                // An empty payload is written as one packet without anything.
                continue;
            }
            if (packets.size() == maxPackets) {
                throw EngineIoFault.TOO_MANY_PACKETS;
            }
            packets.add(payload.isText()
                    ? decodeText(body, payload.from(), payload.to())
                    : decodeBinary(body, payload.from(), payload.to()));
        }
        return packets;
    }

    @Override
    public void appendEntry(byte[] packetText, ByteBuf entries) {
        CountedPayload.appendText(packetText, entries);
    }

    /** Begins the entry of a packet whose text the caller writes next. */
    public static void beginEntry(int utf16Units, ByteBuf entries) {
        CountedPayload.beginText(utf16Units, entries);
    }

    @Override
    public EnginePayload payload(ByteBuf entries, boolean binary) {
        if (!binary) {
            return new EnginePayload(ByteBufUtil.getBytes(entries), false);
        }
        ByteBuf bytes = Unpooled.buffer(entries.readableBytes());
        for (byte[] text : packetTexts(entries)) {
            if (text[0] == PacketText.BASE64) {
                CountedPayload.appendBytes(true, binaryFrame(messageIn(text)), bytes);
            } else {
                CountedPayload.appendBytes(false, text, bytes);
            }
        }
        return new EnginePayload(ByteBufUtil.getBytes(bytes), true);
    }

    /** The message whose text this is. */
    private byte[] messageIn(byte[] text) {
        try {
            return ByteBufUtil.getBytes(((BinaryMessage) decodeText(Unpooled.wrappedBuffer(text))).bytes());
        } catch (EngineIoFault impossible) {
            throw new IllegalStateException(Arrays.toString(text), impossible);
        }
    }

    @Override
    public List<byte[]> packetTexts(ByteBuf entries) {
        try {
            List<byte[]> texts = new ArrayList<>();
            CountedPayload payload = CountedPayload.ofText(entries);
            while (payload.next()) {
                texts.add(ByteBufUtil.getBytes(entries, payload.from(), payload.to() - payload.from()));
            }
            return texts;
        } catch (EngineIoFault impossible) {
            throw new IllegalStateException("entries that were written here", impossible);
        }
    }
}
