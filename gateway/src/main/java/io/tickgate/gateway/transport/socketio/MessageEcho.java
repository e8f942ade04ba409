package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.protocol.message.Disconnect;

/** What Engine.IO's public test suite expects of a server: every message comes back as what it was. Owned by one loop. */
final class MessageEcho implements EngineListener {
    private final EngineConnection engine;

    MessageEcho(EngineConnection engine) {
        this.engine = engine;
    }

    @Override
    public void onOpen() {}

    @Override
    public void onText(ByteBuf text) {
        byte[] packet = new byte[1 + text.readableBytes()];
        packet[0] = '4';
        text.getBytes(text.readerIndex(), packet, 1, text.readableBytes());
        engine.say(packet);
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        engine.link().writeBinary(ByteBufUtil.getBytes(bytes));
        engine.flush();
    }

    @Override
    public void onEnd(Disconnect reason) {}

    @Override
    public void onLeft() {}
}
