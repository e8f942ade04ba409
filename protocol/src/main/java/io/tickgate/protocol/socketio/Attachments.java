package io.tickgate.protocol.socketio;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * A packet with attachments whose binary messages are coming in one by one. Owned by one connection; how many there may be was
 * limited with the packet, their bytes are limited here.
 */
public final class Attachments {
    private final int maxBytes;
    private SocketPacket.WithArguments packet;
    private List<byte[]> received = new ArrayList<>();
    private long receivedBytes;

    /** @param maxBytes of all attachments of one packet */
    public Attachments(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether some are still to come, and nothing else may. */
    public boolean areDue() {
        return packet != null;
    }

    /** A packet was decoded whose attachments follow, at least one. */
    public void await(SocketPacket.WithArguments announcing) {
        packet = announcing;
    }

    /**
     * Takes one, copied.
     *
     * @return the packet if that was the last, else null
     * @throws SocketIoFault if none is due, or they are too large
     */
    public SocketPacket.WithArguments add(ByteBuf attachment) throws SocketIoFault {
        if (packet == null) {
            throw SocketIoFault.UNEXPECTED_ATTACHMENT;
        }
        receivedBytes += attachment.readableBytes();
        if (receivedBytes > maxBytes) {
            throw SocketIoFault.ATTACHMENTS_TOO_LARGE;
        }
        received.add(ByteBufUtil.getBytes(attachment));
        if (received.size() < packet.attachments()) {
            return null;
        }
        SocketPacket.WithArguments whole = packet;
        packet = null;
        return whole;
    }

    /** Those of the packet that has just become whole. */
    public List<byte[]> take() {
        List<byte[]> taken = received;
        received = new ArrayList<>();
        receivedBytes = 0;
        return taken;
    }
}
