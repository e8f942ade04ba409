package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.engineio.SeparatedPayload;
import io.tickgate.protocol.socketio.EventEncoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/**
 * An update, or a last value just the same, as one event of a namespace: a WebSocket frame, or a polling packet with the
 * separator before it, so that any run of them makes a payload once its first byte is left out.
 */
final class EventFormat implements WireFormat {
    private final EventEncoders encoders;
    private final boolean framed;
    private final boolean withMeta;

    /**
     * @param framed for WebSocket, rather than polling
     * @param withMeta whether the payload is followed by a second argument with channel, epoch and seq
     */
    EventFormat(EventEncoders encoders, boolean framed, boolean withMeta) {
        this.encoders = encoders;
        this.framed = framed;
        this.withMeta = withMeta;
    }

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        EventEncoder encoder = encoders.of(publication.topic().kind().event());
        byte[] payload = publication.payload();
        if (withMeta) {
            byte[] channel = publication.topic().ascii();
            String epoch = publication.topic().epoch();
            begin(encoder.lengthWithMeta(payload, channel, epoch, publication.seq()), out);
            encoder.writeWithMeta(payload, channel, epoch, publication.seq(), out);
        } else {
            begin(encoder.length(payload), out);
            encoder.write(payload, out);
        }
    }

    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        encodeUpdate(publication, out);
    }

    private void begin(int packetBytes, ByteBuf out) {
        if (framed) {
            WebSocketEncoder.writeTextHeader(packetBytes, out);
        } else {
            out.writeByte(SeparatedPayload.SEPARATOR);
        }
    }
}
