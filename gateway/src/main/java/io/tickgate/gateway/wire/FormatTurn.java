package io.tickgate.gateway.wire;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.model.Publication;

/**
 * What one loop writes in one format in one turn. Each update is encoded once into the turn's buffer, and connections that
 * got the same run of updates share its bytes: a slice of that buffer where the run is contiguous, else one copy. Owned by
 * its loop; empty between turns.
 */
public final class FormatTurn {
    private static final int INITIAL_BYTES = 8 * 1024;
    /** A buffer that a burst made larger than this is not kept. */
    private static final int KEPT_BYTES = 256 * 1024;
    private static final int KEPT_RUNS = 4 * 1024;

    private final WireFormat format;
    private final ByteBufAllocator allocator;
    private final Run root = new Run();
    private ByteBuf encoded;
    private ByteBuf copies;
    private ByteBuf snapshot;
    private Publication snapshotOf;
    private Publication latest;
    private int latestStart;
    private int latestEnd;
    private Run[] runs = new Run[16];
    private int usedRuns;

    public FormatTurn(WireFormat format, ByteBufAllocator allocator) {
        this.format = format;
        this.allocator = allocator;
        root.contiguousStart = -1;
    }

    public WireFormat format() {
        return format;
    }

    /**
     * The run that is {@code before} and then {@code publication}. All connections of a room are asked for one publication
     * before the next one's turn comes.
     *
     * @param before what the connection got in this turn already, null for nothing
     * @param tally where the room counts what becomes of it
     */
    public Run append(Run before, Publication publication, Tally tally) {
        if (publication != latest) {
            encode(publication);
        }
        Run parent = before == null ? root : before;
        Run child = parent.latestChild;
        if (child == null || child.lastStart != latestStart) {
            child = takeRun().reset(parent, publication, tally, latestStart, latestEnd);
            parent.latestChild = child;
        }
        return child;
    }

    /** The bytes of a run of this turn; shared, so not to be released and its indices not to be moved. */
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
            format.encodeSnapshot(publication, snapshot);
            snapshotOf = publication;
        }
        return snapshot;
    }

    /** Forgets the turn, and counts as delivered what was taken of it; whoever still needs its bytes has retained them. */
    public void end() {
        countDelivered();
        encoded = reuseOrRelease(encoded);
        copies = reuseOrRelease(copies);
        snapshot = reuseOrRelease(snapshot);
        snapshotOf = null;
        latest = null;
        root.latestChild = null;
        releaseRuns();
    }

    /** Gives the memory back; the loop is ending. */
    public void close() {
        end();
        encoded = release(encoded);
        copies = release(copies);
        snapshot = release(snapshot);
    }

    private void encode(Publication publication) {
        if (encoded == null) {
            encoded = allocator.directBuffer(INITIAL_BYTES);
        }
        latestStart = encoded.writerIndex();
        format.encodeUpdate(publication, encoded);
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

    /** Who took a run took all the shorter ones that it begins with; they stand before it. */
    private void countDelivered() {
        for (int i = usedRuns - 1; i >= 0; i--) {
            Run run = runs[i];
            if (run.taken > 0) {
                run.tally.addDelivered(run.taken);
                run.parent.taken += run.taken;
            }
        }
        root.taken = 0;
    }

    private Run takeRun() {
        if (usedRuns == runs.length) {
            runs = Arrays.copyOf(runs, runs.length * 2);
        }
        Run run = runs[usedRuns];
        if (run == null) {
            run = new Run();
            runs[usedRuns] = run;
        }
        usedRuns++;
        return run;
    }

    private void releaseRuns() {
        for (int i = 0; i < usedRuns; i++) {
            runs[i].bytes = null;
            runs[i].publication = null;
            runs[i].tally = null;
        }
        if (runs.length > KEPT_RUNS) {
            runs = new Run[16];
        }
        usedRuns = 0;
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
