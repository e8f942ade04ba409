package io.tickgate.protocol.engineio;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;

/**
 * Engine.IO 4, of Socket.IO clients since 3.0: the server beats, binary frames are messages as they are, and polling payloads are
 * packet texts with a separator between them.
 */
public final class EngineProtocol4 implements EngineProtocol {
    private final SeparatedPayload payloads;

    /**
     * @param maxPayloadBytes the handshake's {@code maxPayload}, at least 1
     * @param maxPackets how many packets one body may hold, at least 1
     */
    public EngineProtocol4(int maxPayloadBytes, int maxPackets) {
        payloads = new SeparatedPayload(maxPayloadBytes, maxPackets);
    }

    @Override
    public EnginePacket decodeText(ByteBuf text) throws EngineIoFault {
        return decodeText(text, text.readerIndex(), text.writerIndex());
    }

    static EnginePacket decodeText(ByteBuf text, int from, int to) throws EngineIoFault {
        return from < to && text.getByte(from) == PacketText.BASE64
                ? Base64Text.decode(text, from + 1, to)
                : PacketText.decode(text, from, to);
    }

    @Override
    public EnginePacket decodeBinary(ByteBuf frame) {
        return new BinaryMessage(frame);
    }

    @Override
    public byte[] binaryFrame(byte[] message) {
        return message;
    }

    @Override
    public byte[] binaryText(byte[] message) {
        return Base64Text.encode("b", message);
    }

    @Override
    public List<EnginePacket> decodePayload(ByteBuf body, boolean isBinary) throws EngineIoFault {
        if (isBinary) {
            throw EngineIoFault.BAD_CONTENT;
        }
        return payloads.decode(body);
    }

    @Override
    public void appendEntry(byte[] packetText, ByteBuf entries) {
        beginEntry(entries);
        entries.writeBytes(packetText);
    }

    /** Begins the entry of a packet whose text the caller writes next. */
    public static void beginEntry(ByteBuf entries) {
        entries.writeByte(SeparatedPayload.SEPARATOR);
    }

    @Override
    public EnginePayload payload(ByteBuf entries, boolean binary) {
        return new EnginePayload(ByteBufUtil.getBytes(entries, entries.readerIndex() + 1, entries.readableBytes() - 1),
                false);
    }

    @Override
    public List<byte[]> packetTexts(ByteBuf entries) {
        List<byte[]> texts = new ArrayList<>();
        int from = entries.readerIndex();
        int end = entries.writerIndex();
        while (from < end) {
            int next = entries.indexOf(from + 1, end, SeparatedPayload.SEPARATOR);
            int to = next < 0 ? end : next;
            texts.add(ByteBufUtil.getBytes(entries, from + 1, to - from - 1));
            from = to;
        }
        return texts;
    }
}
