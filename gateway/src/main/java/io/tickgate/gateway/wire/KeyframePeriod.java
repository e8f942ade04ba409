package io.tickgate.gateway.wire;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.compress.CodedStream;
import io.tickgate.protocol.compress.ContentSum;

/**
 * The blocks of a shared stream from one keyframe to the next, in one buffer that never moves: whoever stands in it gets a slice,
 * now or in a later turn. Owned by its loop; bounded by the blocks and bytes that it was made for.
 */
final class KeyframePeriod implements RunSource {
    private static final int INITIAL_BLOCKS = 16;

    /** A block that tells a node-wide number, and its bytes, the same for everybody. */
    private record Mark(long number, ByteBuf bytes) {}

    private final RunTrie runs = new RunTrie();
    private final ByteBuf buffer;
    private final int maxBlocks;
    /** Where the first block begins for who has no part in the period before. */
    private int joinStart;
    /** What each block holds: a {@link Publication} or a {@link Mark}. */
    private Object[] contents = new Object[INITIAL_BLOCKS];
    private boolean[] lagging = new boolean[INITIAL_BLOCKS];
    private int[] ends = new int[INITIAL_BLOCKS];
    private ContentSum[] sums = new ContentSum[INITIAL_BLOCKS];
    private int size;

    KeyframePeriod(ByteBufAllocator allocator, int bytes, int maxBlocks) {
        this.buffer = allocator.directBuffer(bytes, bytes);
        this.maxBlocks = maxBlocks;
    }

    /** Begins with what ends the period before, for those who had a part in it. */
    void writeBreak(Framing framing, ByteBuf scratch) {
        if (CodedStream.hasBreak(framing.coding())) {
            CodedStream.writeBreak(framing.coding(), scratch);
            framing.frame(scratch, buffer);
            joinStart = buffer.writerIndex();
        }
    }

    int size() {
        return size;
    }

    /** Bytes of all blocks. */
    int bytes() {
        return buffer.writerIndex();
    }

    boolean hasRoomFor(int blockBytes) {
        return size < maxBlocks && blockBytes <= buffer.writableBytes();
    }

    /** Adds the block that was begun, a publication as written for who is in step or not. */
    void append(Publication publication, boolean isLagging, BlockEncoder encoder) {
        reserve();
        encoder.end(buffer);
        add(publication, isLagging, encoder);
    }

    /** Adds the block that was begun, which tells a number; never the first one. */
    void appendMark(long number, BlockEncoder encoder) {
        reserve();
        int start = buffer.writerIndex();
        encoder.end(buffer);
        add(new Mark(number, buffer.slice(start, buffer.writerIndex() - start)), true, encoder);
    }

    private void add(Object content, boolean isLagging, BlockEncoder encoder) {
        contents[size] = content;
        lagging[size] = isLagging;
        sums[size] = encoder.sum();
        ends[size] = buffer.writerIndex();
        size++;
    }

    private void reserve() {
        if (size == ends.length) {
            int capacity = 2 * size;
            contents = Arrays.copyOf(contents, capacity);
            lagging = Arrays.copyOf(lagging, capacity);
            ends = Arrays.copyOf(ends, capacity);
            sums = Arrays.copyOf(sums, capacity);
        }
    }

    /** Whether a block is this publication, as written for who is in step or not. */
    boolean holds(int block, Publication publication, boolean isLagging) {
        return contents[block] == publication && lagging[block] == isLagging;
    }

    /** The node-wide number that a block tells, or -1. */
    long mark(int block) {
        return contents[block] instanceof Mark mark ? mark.number() : -1;
    }

    /** @param hasPart whether the connection has a part in the period before */
    Run append(Run before, int block, boolean hasPart, Tally tally) {
        return runs.append(before, (Publication) contents[block], tally, start(block, hasPart), ends[block],
                sums[block]);
    }

    /** The bytes of a block that tells a number; shared. */
    ByteBuf markBytes(int block) {
        return ((Mark) contents[block]).bytes();
    }

    ContentSum sum(int block) {
        return sums[block];
    }

    private int start(int block, boolean hasPart) {
        return block > 0 ? ends[block - 1] : hasPart ? 0 : joinStart;
    }

    @Override
    public ByteBuf bytes(Run run) {
        if (run.bytes == null) {
            run.bytes = buffer.slice(run.contiguousStart, run.length);
        }
        return run.bytes;
    }

    void endTurn() {
        runs.end();
    }

    void release() {
        runs.end();
        buffer.release();
    }
}
