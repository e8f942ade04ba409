package io.tickgate.gateway.transport.sse;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.sse.ChunkedCoding;
import io.tickgate.protocol.sse.SseEncoder;

/** An update as one event, compressed or not, in a chunk of its own where HTTP/1.1 wants chunks. */
final class EventFormat implements WireFormat {
    private final byte[] node;
    private final StreamFraming framing;
    /** Whether each event is a chunk as it is. */
    private final boolean chunked;
    private final boolean kindAsEvent;
    private final boolean payloadOnly;
    /** The same without ids on updates; null if this is it. */
    private final EventFormat lagging;

    /**
     * @param node the first half of every id
     * @param coding how the body is compressed
     * @param chunked whether it goes in chunks
     * @param kindAsEvent whether the channel's kind is the {@code event} field, rather than none
     * @param payloadOnly whether the data is the bare payload, rather than the envelope
     */
    EventFormat(byte[] node, Coding coding, boolean chunked, boolean kindAsEvent, boolean payloadOnly) {
        this(node, coding, chunked, kindAsEvent, payloadOnly,
                new EventFormat(node, coding, chunked, kindAsEvent, payloadOnly, null));
    }

    private EventFormat(byte[] node, Coding coding, boolean chunked, boolean kindAsEvent, boolean payloadOnly,
            EventFormat lagging) {
        this.node = node;
        this.framing = coding == Coding.IDENTITY ? null : new StreamFraming(coding, chunked);
        this.chunked = chunked && framing == null;
        this.kindAsEvent = kindAsEvent;
        this.payloadOnly = payloadOnly;
        this.lagging = lagging;
    }

    @Override
    public void encodeUpdate(Publication publication, ByteBuf out) {
        byte[] kind = kind(publication);
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        if (payloadOnly) {
            encodePayload(publication, kind, out);
            return;
        }
        begin(SseEncoder.updateLength(node, id(publication), kind, channel, publication.seq(), payload), out);
        SseEncoder.writeUpdate(node, id(publication), kind, channel, publication.seq(), payload, out);
        end(out);
    }

    /** Without ids: a stream that lacks something must not resume after it. */
    @Override
    public WireFormat lagging() {
        return lagging == null ? this : lagging;
    }

    private long id(Publication publication) {
        return lagging == null ? SseEncoder.NO_ID : publication.number();
    }

    /** A snapshot has no id of its own: the stream's other channels may be further. */
    @Override
    public void encodeSnapshot(Publication publication, ByteBuf out) {
        byte[] kind = kind(publication);
        byte[] channel = publication.topic().ascii();
        byte[] payload = publication.payload();
        if (payloadOnly) {
            begin(SseEncoder.payloadLength(node, SseEncoder.NO_ID, kind, payload), out);
            SseEncoder.writePayload(node, SseEncoder.NO_ID, kind, payload, out);
        } else {
            long timeMs = publication.ingestTimeMs();
            begin(SseEncoder.snapshotLength(node, SseEncoder.NO_ID, kind, channel, publication.seq(), timeMs, payload),
                    out);
            SseEncoder.writeSnapshot(node, SseEncoder.NO_ID, kind, channel, publication.seq(), timeMs, payload, out);
        }
        end(out);
    }

    void encodeControl(byte[] json, ByteBuf out) {
        begin(SseEncoder.controlLength(json), out);
        SseEncoder.writeControl(json, out);
        end(out);
    }

    @Override
    public StreamFraming framing() {
        return framing;
    }

    @Override
    public void encodeMark(long number, ByteBuf out) {
        begin(SseEncoder.idLength(node, number), out);
        SseEncoder.writeId(node, number, out);
        end(out);
    }

    void encodeRetry(int retryMs, ByteBuf out) {
        begin(SseEncoder.retryLength(retryMs), out);
        SseEncoder.writeRetry(retryMs, out);
        end(out);
    }

    void encodeComment(ByteBuf out) {
        begin(SseEncoder.commentLength(), out);
        SseEncoder.writeComment(out);
        end(out);
    }

    private void encodePayload(Publication publication, byte[] kind, ByteBuf out) {
        byte[] payload = publication.payload();
        begin(SseEncoder.payloadLength(node, id(publication), kind, payload), out);
        SseEncoder.writePayload(node, id(publication), kind, payload, out);
        end(out);
    }

    private byte[] kind(Publication publication) {
        return kindAsEvent ? publication.topic().kindAscii() : null;
    }

    private void begin(int blockBytes, ByteBuf out) {
        if (chunked) {
            ChunkedCoding.beginChunk(blockBytes, out);
        }
    }

    private void end(ByteBuf out) {
        if (chunked) {
            ChunkedCoding.endChunk(out);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
