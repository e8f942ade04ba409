package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.DeflatedFrames;
import io.tickgate.gateway.wire.Framing;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.CodedStream;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.compress.ContentSum;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.message.UpdateEnvelope;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** A client of a compressed transport before a kernel that takes as many bytes as the test says; keeps every byte it has got. */
final class CodedClient implements Outlet {
    enum Way {
        WEBSOCKET, GZIP, ZSTD, BROTLI
    }

    private static final Map<Way, WireFormat> FORMATS = new EnumMap<>(Map.of(
            Way.WEBSOCKET, new Lines(new DeflatedFrames(new Lines(null, false), true), false),
            Way.GZIP, new Lines(new Body(Coding.GZIP), true),
            Way.ZSTD, new Lines(new Body(Coding.ZSTD), true),
            Way.BROTLI, new Lines(new Body(Coding.BROTLI), true)));

    final Way way;
    final Shard shard;
    final Session session;
    Disconnect closed;
    private final WireFormat format;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ContentSum sum = new ContentSum();
    private long taken;
    private long room = Long.MAX_VALUE;

    CodedClient(Way way, Shard shard, String id, Principal principal) {
        this.way = way;
        this.shard = shard;
        this.format = FORMATS.get(way);
        sum.clear();
        if (way != Way.WEBSOCKET) {
            bare(out -> CodedStream.writeHeader(coding(), out));
        }
        session = shard.open(id, TransportKind.WEBSOCKET, this, true, principal);
    }

    private Coding coding() {
        return format.framing().coding();
    }

    void subscribe(int intervalMs, List<String> channels) {
        shard.submit(session,
                new ParsedCommand.Accepted(new Command.Subscribe(null, channels, intervalMs, Map.of())));
    }

    void unsubscribe(String channel) {
        shard.submit(session, new ParsedCommand.Accepted(new Command.Unsubscribe(null, List.of(channel))));
    }

    /** The kernel takes so many bytes more, and no others. */
    void take(long bytes) {
        room = bytes;
        boolean hadPending = pendingBytes() > 0;
        flow();
        if (hadPending && pendingBytes() == 0 && session.isOpen()) {
            shard.drained(session);
        }
    }

    private void flow() {
        long more = Math.min(room, written.size() - taken);
        taken += more;
        room -= room == Long.MAX_VALUE ? 0 : more;
    }

    int bytes() {
        return written.size();
    }

    /** Everything that was written to it, line by line, decoded; it must have ended. */
    List<String> lines() {
        assertThat(closed).isNotNull();
        String text = DecodedStream.text(way, written.toByteArray());
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    private void own(Consumer<ByteBuf> text) {
        ByteBuf out = Unpooled.buffer();
        if (way == Way.WEBSOCKET) {
            ByteBuf line = Unpooled.buffer();
            text.accept(line);
            WebSocketEncoder.writeText(ByteBufUtil.getBytes(line), out);
        } else {
            ContentSum content = shard.encoder(format).encode(text, out);
            if (content != null) {
                sum.append(content);
            }
        }
        write(out);
    }

    private void bare(Consumer<ByteBuf> bytes) {
        ByteBuf out = Unpooled.buffer();
        bytes.accept(out);
        write(out);
    }

    @Override
    public WireFormat format() {
        return format;
    }

    @Override
    public void write(ByteBuf encoded) {
        written.writeBytes(ByteBufUtil.getBytes(encoded));
        flow();
    }

    @Override
    public void wrote(ContentSum content) {
        sum.append(content);
    }

    @Override
    public void send(ServerMessage message) {
        own(out -> out.writeBytes(MessageEncoder.encode(message)).writeByte('\n'));
    }

    @Override
    public void heartbeat(long timeMs) {
        own(out -> out.writeCharSequence("heartbeat\n", StandardCharsets.US_ASCII));
    }

    @Override
    public void reached(long number) {
        if (way != Way.WEBSOCKET) {
            assertThat(shard.mark(session, number)).isLessThanOrEqualTo(number);
        }
    }

    @Override
    public void flush() {
        shard.heard(session);
    }

    @Override
    public long pendingBytes() {
        return written.size() - taken;
    }

    @Override
    public void close(Disconnect reason) {
        closed = reason;
        if (way != Way.WEBSOCKET) {
            bare(out -> CodedStream.writeEnd(coding(), sum, out));
        }
    }

    /** An update a line, with the node-wide number before it where ids are told, unless the client lags. */
    private record Lines(Framing framing, boolean isNumbered, boolean isLagging) implements WireFormat {
        Lines(Framing framing, boolean isNumbered) {
            this(framing, isNumbered, false);
        }

        @Override
        public WireFormat lagging() {
            return isNumbered ? new Lines(framing, true, true) : this;
        }

        @Override
        public void encodeUpdate(Publication publication, ByteBuf out) {
            ByteBuf line = Unpooled.buffer();
            if (isNumbered && !isLagging) {
                line.writeCharSequence("#" + publication.number() + " ", StandardCharsets.US_ASCII);
            }
            UpdateEnvelope.encode(publication.topic().ascii(), publication.seq(), publication.payload(), line);
            line(line, out);
        }

        @Override
        public void encodeSnapshot(Publication publication, ByteBuf out) {
            ByteBuf line = Unpooled.buffer();
            UpdateEnvelope.encodeSnapshot(publication.topic().ascii(), publication.seq(), publication.ingestTimeMs(),
                    publication.payload(), line);
            line(line, out);
        }

        @Override
        public void encodeMark(long number, ByteBuf out) {
            out.writeCharSequence("#" + number + "\n", StandardCharsets.US_ASCII);
        }

        /** The plain format of a WebSocket is framed as it is. */
        private void line(ByteBuf line, ByteBuf out) {
            line.writeByte('\n');
            if (framing == null) {
                WebSocketEncoder.writeText(ByteBufUtil.getBytes(line), out);
            } else {
                out.writeBytes(line);
            }
        }
    }

    /** A body that is compressed as a whole. */
    private record Body(Coding coding) implements Framing {
        @Override
        public boolean isContinuous() {
            return BlockCompressor.isContinuous(coding);
        }

        @Override
        public int compressedFromBytes() {
            return 0;
        }

        @Override
        public void frame(ByteBuf block, ByteBuf out) {
            out.writeBytes(block, block.readerIndex(), block.readableBytes());
        }

        @Override
        public void framePlain(ByteBuf content, ByteBuf out) {
            throw new AssertionError("all of the body is compressed");
        }

        @Override
        public WireFormat plain() {
            return null;
        }
    }
}
