package io.tickgate.protocol.socketio;

import io.netty.buffer.ByteBuf;

/** Socket.IO protocol 5, over Engine.IO 4: clients ask for each namespace, and say who they are in an object. */
public final class SocketProtocol5 implements SocketProtocol {
    private final SocketPacketDecoder decoder;

    public SocketProtocol5(SocketPacketLimits limits) {
        decoder = new SocketPacketDecoder(limits);
    }

    @Override
    public SocketPacket decode(ByteBuf message) throws SocketIoFault {
        return decoder.decode(message);
    }

    @Override
    public boolean joinsMainNamespace() {
        return false;
    }

    @Override
    public boolean recovers() {
        return true;
    }

    @Override
    public byte[] connect(String namespace, String sid, String pid) {
        return pid == null
                ? SocketPacketEncoder.connect(namespace, sid)
                : SocketPacketEncoder.connect(namespace, sid, pid);
    }

    @Override
    public byte[] connectError(String namespace, String message, byte[] dataJson) {
        return SocketPacketEncoder.connectError(namespace, message, dataJson);
    }
}
