package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.transport.socketio.EventFormat.Carriage;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.socketio.EventEncoder;
import io.tickgate.protocol.socketio.SocketPacketEncoder;

/**
 * One namespace that clients may connect to: how its events are written. Shared by all loops, one instance for each name,
 * since its formats' identity is what connections share encodings by.
 */
final class Namespace {
    private static final byte[] POSITION = "{\"op\":\"position\"}".getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final Offsets offsets;
    private final Map<Carriage, EventFormat[]> formats = new EnumMap<>(Carriage.class);
    private final EventEncoder connected;
    private final EventEncoder control;

    Namespace(String name, Offsets offsets) {
        this.name = name;
        this.offsets = offsets;
        EventEncoders encoders = new EventEncoders(name);
        for (Carriage carriage : Carriage.values()) {
            EventFormat[] ways = new EventFormat[4];
            for (int i = 0; i < ways.length; i++) {
                byte[] node = (i & 2) != 0 ? offsets.node() : null;
                ways[i] = new EventFormat(encoders, carriage, (i & 1) != 0, node);
            }
            formats.put(carriage, ways);
        }
        connected = new EventEncoder(name, "connected");
        control = new EventEncoder(name, "control");
    }

    String name() {
        return name;
    }

    /** How updates are written. */
    WireFormat format(Carriage carriage, boolean withMeta, boolean withOffset) {
        return formats.get(carriage)[(withOffset ? 2 : 0) | (withMeta ? 1 : 0)];
    }

    /** Up to where a client has everything that names such an offset, -1 if it isn't this gateway's. */
    long numberIn(String offset) {
        return offsets.numberIn(offset);
    }

    // The texts of packets, each with the 4 that makes it an Engine.IO message.

    byte[] ackPacket(long ackId, byte[] json) {
        return SocketPacketEncoder.ack(name, ackId, json);
    }

    byte[] connectedPacket(byte[] json) {
        return event(connected, json);
    }

    /** The same for a client that keeps where it stands. */
    byte[] connectedPacket(byte[] json, long number) {
        return event(connected, json, number);
    }

    byte[] controlPacket(byte[] json) {
        return event(control, json);
    }

    /** Tells a client where it stands. */
    byte[] positionPacket(long number) {
        return event(control, POSITION, number);
    }

    private static byte[] event(EventEncoder encoder, byte[] json) {
        byte[] text = new byte[encoder.length(json)];
        encoder.write(json, Unpooled.wrappedBuffer(text).clear());
        return text;
    }

    private byte[] event(EventEncoder encoder, byte[] json, long number) {
        byte[] text = new byte[encoder.length(json) + EventEncoder.offsetLength(offsets.node(), number)];
        ByteBuf out = Unpooled.wrappedBuffer(text).clear();
        encoder.write(json, out);
        EventEncoder.appendOffset(offsets.node(), number, out);
        return text;
    }
}
