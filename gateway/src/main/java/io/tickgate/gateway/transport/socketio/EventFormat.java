package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.DeflatedFrames;
import io.tickgate.gateway.wire.Framing;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.engineio.EngineProtocol3;
import io.tickgate.protocol.engineio.EngineProtocol4;
import io.tickgate.protocol.socketio.EventEncoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/**
 * An update, or a last value just the same, as one event of a namespace: a WebSocket frame, deflated or not, or the entry
 * of a polling packet, of which any run makes a payload.
 */
final class EventFormat implements WireFormat {
    private final EventEncoders encoders;
    private final Carriage carriage;
    private final Framing framing;
    private final boolean withMeta;
    /** The first half of the offset behind the other arguments; null if there is none. */
    private final byte[] node;
    /** The same with null in the place of offsets; null if this is it. */
    private final EventFormat lagging;

    /** What carries events. */
    enum Carriage {
        /** Entries of Engine.IO 4 and of Engine.IO 3, which tells their length. */
        POLLING, COUNTED_POLLING,
        /** Of any Engine.IO. */
        FRAMES,
        /** Frames of permessage-deflate, for clients that keep what came before, and for those that don't. */
        DEFLATED_FRAMES, DEFLATED_FRAMES_ALONE
    }

    /**
     * @param withMeta whether the payload is followed by a second argument with channel, epoch and seq
     * @param node names this gateway if the last argument is the offset, else null
     */
    EventFormat(EventEncoders encoders, Carriage carriage, boolean withMeta, byte[] node) {
        this(encoders, carriage, withMeta, node,
                node == null ? null : new EventFormat(encoders, carriage, withMeta, node, null));
    }

    private EventFormat(EventEncoders encoders, Carriage carriage, boolean withMeta, byte[] node, EventFormat lagging) {
        this.encoders = encoders;
        this.carriage = carriage;
        this.framing = switch (carriage) {
            case POLLING, COUNTED_POLLING, FRAMES -> null;
            case DEFLATED_FRAMES, DEFLATED_FRAMES_ALONE -> new DeflatedFrames(
                    new EventFormat(encoders, Carriage.FRAMES, withMeta, node),
                    carriage == Carriage.DEFLATED_FRAMES);
        };
        this.withMeta = withMeta;
        this.node = node;
        this.lagging = lagging;
    }

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        encode(publication, lagging == null ? EventEncoder.NO_OFFSET : publication.number(), out);
    }

    @Override
    public Framing framing() {
        return framing;
    }

    /** Without an offset: the session's other channels may be further. */
    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        encode(publication, EventEncoder.NO_OFFSET, out);
    }

    /** Without offsets: a client that lacks something must not go on behind it. */
    @Override
    public WireFormat lagging() {
        return lagging == null ? this : lagging;
    }

    private void encode(Publication publication, long number, ByteBuf out) {
        EventEncoder encoder = encoders.of(publication.topic().kind().event());
        byte[] payload = publication.payload();
        int offsetBytes = node == null ? 0 : EventEncoder.offsetLength(node, number);
        if (withMeta) {
            byte[] channel = publication.topic().ascii();
            String epoch = publication.topic().epoch();
            begin(encoder.lengthWithMeta(payload, channel, epoch, publication.seq()) + offsetBytes, encoder, payload,
                    out);
            encoder.writeWithMeta(payload, channel, epoch, publication.seq(), out);
        } else {
            begin(encoder.length(payload) + offsetBytes, encoder, payload, out);
            encoder.write(payload, out);
        }
        if (node != null) {
            EventEncoder.appendOffset(node, number, out);
        }
    }

    private void begin(int packetBytes, EventEncoder encoder, byte[] payload, ByteBuf out) {
        switch (carriage) {
            case POLLING -> EngineProtocol4.beginEntry(out);
            case COUNTED_POLLING -> EngineProtocol3.beginEntry(packetBytes - encoder.surplus(payload), out);
            case FRAMES -> WebSocketEncoder.writeTextHeader(packetBytes, out);
            case DEFLATED_FRAMES, DEFLATED_FRAMES_ALONE -> {
                // The frame is made when its length is known.
            }
        }
    }
}
