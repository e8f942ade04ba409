package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.socketio.EventEncoder;
import io.tickgate.protocol.socketio.SocketPacketEncoder;

/**
 * One namespace that clients may connect to: how its events are written. Shared by all loops, one instance for each name,
 * since its formats' identity is what connections share encodings by.
 */
final class Namespace {
    private final String name;
    private final EventFormat[] formats = new EventFormat[4];
    private final EventEncoder connected;
    private final EventEncoder control;

    Namespace(String name) {
        this.name = name;
        EventEncoders encoders = new EventEncoders(name);
        for (int i = 0; i < formats.length; i++) {
            formats[i] = new EventFormat(encoders, (i & 2) != 0, (i & 1) != 0);
        }
        connected = new EventEncoder(name, "connected");
        control = new EventEncoder(name, "control");
    }

    String name() {
        return name;
    }

    /** How updates are written over a transport. */
    WireFormat format(boolean webSocket, boolean withMeta) {
        return formats[(webSocket ? 2 : 0) | (withMeta ? 1 : 0)];
    }

    // The texts of packets, each with the 4 that makes it an Engine.IO message.

    byte[] connectPacket(String socketId) {
        return SocketPacketEncoder.connect(name, socketId);
    }

    byte[] disconnectPacket() {
        return SocketPacketEncoder.disconnect(name);
    }

    byte[] ackPacket(long ackId, byte[] json) {
        return SocketPacketEncoder.ack(name, ackId, json);
    }

    byte[] connectedPacket(byte[] json) {
        return event(connected, json);
    }

    byte[] controlPacket(byte[] json) {
        return event(control, json);
    }

    private static byte[] event(EventEncoder encoder, byte[] json) {
        byte[] text = new byte[encoder.length(json)];
        ByteBuf out = Unpooled.wrappedBuffer(text).clear();
        encoder.write(json, out);
        return text;
    }
}
