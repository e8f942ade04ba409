package io.tickgate.gateway.wire;

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.compress.CodedStream;
import io.tickgate.protocol.compress.ContentSum;

/**
 * What one loop writes in one format in one turn. Each update is encoded, and compressed where the format says so, once into the
 * turn's buffer, and connections that got the same run of updates share its bytes: a slice of that buffer where the run is
 * contiguous, else one copy. Owned by its loop; empty between turns.
 */
public final class FormatTurn implements RunSource {
    private static final int INITIAL_BYTES = 8 * 1024;
    /** A buffer that a burst made larger than this is not kept. */
    private static final int KEPT_BYTES = 256 * 1024;

    private final WireFormat format;
    private final ByteBufAllocator allocator;
    /** Null for a format whose updates are complete as they are. */
    private final BlockEncoder encoder;
    private final RunTrie runs = new RunTrie();
    private ByteBuf encoded;
    private ByteBuf copies;
    private Publication latest;
    private int latestStart;
    private int latestEnd;
    private ContentSum latestSum;

    private ByteBuf snapshot;
    private Publication snapshotOf;
    private ContentSum snapshotSum;
    private ByteBuf mark;
    private long markOf = -1;
    private ContentSum markSum;
    private ByteBuf streamBreak;

    public FormatTurn(WireFormat format, Compressors compressors, ByteBufAllocator allocator) {
        this.format = format;
        this.allocator = allocator;
        Framing framing = format.framing();
        this.encoder = framing == null
                ? null
                : new BlockEncoder(framing, compressors.independent(framing.coding()));
    }

    public WireFormat format() {
        return format;
    }

    /**
     * The run that is {@code before} and then {@code publication}.
     *
     * @param before what the connection got in this turn already, null for nothing
     * @param tally where the room counts what becomes of it
     */
    public Run append(Run before, Publication publication, Tally tally) {
        if (publication != latest) {
            encode(publication);
        }
        return runs.append(before, publication, tally, latestStart, latestEnd, latestSum);
    }

    @Override
    public ByteBuf bytes(Run run) {
        if (run.bytes == null) {
            run.bytes = run.contiguousStart >= 0
                    ? encoded.slice(run.contiguousStart, run.length)
                    : copy(run);
        }
        return run.bytes;
    }

    /** A publication as a snapshot; shared and valid until the next call, like {@link #bytes}. */
    public ByteBuf snapshot(Publication publication) {
        if (publication != snapshotOf) {
            snapshot = recycle(snapshot);
            snapshotSum = encode(out -> format.encodeSnapshot(publication, out), snapshot);
            snapshotOf = publication;
        }
        return snapshot;
    }

    /** The sum of the content of the last snapshot; null unless the framing asks for it. */
    public ContentSum snapshotSum() {
        return snapshotSum;
    }

    /** What tells a client a node-wide number; shared and valid until the next call. */
    public ByteBuf mark(long number) {
        if (number != markOf) {
            mark = recycle(mark);
            markSum = encode(out -> format.encodeMark(number, out), mark);
            markOf = number;
        }
        return mark;
    }

    /** The sum of the content of the last mark; null unless the framing asks for it. */
    public ContentSum markSum() {
        return markSum;
    }

    /** What must go behind blocks of a shared stream before others may follow, or null for nothing; shared. */
    public ByteBuf streamBreak() {
        if (streamBreak == null && encoder != null && CodedStream.hasBreak(encoder.framing().coding())) {
            ByteBuf content = Unpooled.buffer(Framing.MAX_OVERHEAD_BYTES);
            CodedStream.writeBreak(encoder.framing().coding(), content);
            streamBreak = allocator.directBuffer(2 * Framing.MAX_OVERHEAD_BYTES);
            encoder.framing().frame(content, streamBreak);
        }
        return streamBreak;
    }

    /**
     * Appends content that is one connection's alone, as the format's blocks are.
     *
     * @return the sum of the content; null unless the framing asks for it
     */
    public ContentSum encode(Consumer<ByteBuf> content, ByteBuf out) {
        if (encoder == null) {
            content.accept(out);
            return null;
        }
        content.accept(encoder.begin());
        encoder.end(out);
        return encoder.sum();
    }

    /** Forgets the turn, and counts as delivered what was taken of it; whoever still needs its bytes has retained them. */
    public void end() {
        runs.end();
        encoded = reuseOrRelease(encoded);
        copies = reuseOrRelease(copies);
        snapshot = reuseOrRelease(snapshot);
        snapshotOf = null;
        mark = reuseOrRelease(mark);
        markOf = -1;
        latest = null;
    }

    /** Gives the memory back; the loop is ending. */
    public void close() {
        end();
        encoded = release(encoded);
        copies = release(copies);
        snapshot = release(snapshot);
        mark = release(mark);
        streamBreak = release(streamBreak);
    }

    private void encode(Publication publication) {
        if (encoded == null) {
            encoded = allocator.directBuffer(INITIAL_BYTES);
        }
        latestStart = encoded.writerIndex();
        if (encoder == null) {
            format.encodeUpdate(publication, encoded);
        } else {
            format.encodeUpdate(publication, encoder.begin());
            encoder.end(encoded);
            latestSum = encoder.sum();
        }
        latestEnd = encoded.writerIndex();
        latest = publication;
    }

    private ByteBuf copy(Run run) {
        if (copies == null) {
            copies = allocator.directBuffer(INITIAL_BYTES);
        }
        int start = copies.writerIndex();
        copies.ensureWritable(run.length);
        copies.writerIndex(start + run.length);
        int end = start + run.length;
        // From the last update back, until the rest is contiguous.
        Run node = run;
        while (node.contiguousStart < 0) {
            end -= node.lastEnd - node.lastStart;
            copies.setBytes(end, encoded, node.lastStart, node.lastEnd - node.lastStart);
            node = node.parent;
        }
        copies.setBytes(start, encoded, node.contiguousStart, node.length);
        return copies.slice(start, run.length);
    }

    private ByteBuf recycle(ByteBuf buffer) {
        ByteBuf free = reuseOrRelease(buffer);
        return free == null ? allocator.directBuffer(INITIAL_BYTES) : free;
    }

    /** The buffer emptied, or null if somebody still holds a part of it or it has grown too large to keep. */
    private static ByteBuf reuseOrRelease(ByteBuf buffer) {
        boolean keep = buffer != null && buffer.refCnt() == 1 && buffer.capacity() <= KEPT_BYTES;
        return keep ? buffer.clear() : release(buffer);
    }

    private static ByteBuf release(ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
        return null;
    }
}
