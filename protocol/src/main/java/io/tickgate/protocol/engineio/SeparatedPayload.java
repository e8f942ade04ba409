package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * The body of a polling request in Engine.IO 4: packet texts joined by U+001E. Immutable: any thread; bytes and
 * packets of what is decoded are limited.
 */
final class SeparatedPayload {
    /** Stands between two packets. JSON text cannot hold it (RFC 8259 §7). */
    static final byte SEPARATOR = 0x1e;

    private final int maxPayloadBytes;
    private final int maxPackets;

    SeparatedPayload(int maxPayloadBytes, int maxPackets) {
        if (maxPayloadBytes < 1 || maxPackets < 1) {
            throw new IllegalArgumentException("maxPayloadBytes " + maxPayloadBytes + ", maxPackets " + maxPackets);
        }
        this.maxPayloadBytes = maxPayloadBytes;
        this.maxPackets = maxPackets;
    }

    /**
     * Decodes a whole body, whose indices stay as they are: all of its packets, at least one, or none.
     *
     * @throws EngineIoFault if the body or one packet in it is malformed, or a limit is exceeded
     */
    List<EnginePacket> decode(ByteBuf body) throws EngineIoFault {
        int bytes = body.readableBytes();
        if (bytes > maxPayloadBytes) {
            throw EngineIoFault.PAYLOAD_TOO_LARGE;
        }
        if (!ByteBufUtil.isText(body, body.readerIndex(), bytes, StandardCharsets.UTF_8)) {
            throw EngineIoFault.NOT_UTF8;
        }
        List<EnginePacket> packets = new ArrayList<>();
        int from = body.readerIndex();
        int to = body.writerIndex();
        while (true) {
            int separator = body.indexOf(from, to, SEPARATOR);
            int packetEnd = separator < 0 ? to : separator;
            if (packets.size() == maxPackets) {
                throw EngineIoFault.TOO_MANY_PACKETS;
            }
            packets.add(EngineProtocol4.decodeText(body, from, packetEnd));
            if (separator < 0) {
                return packets;
            }
            from = separator + 1;
        }
    }
}
