package io.tickgate.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Compresses content block by block, each complete at a byte's end, so that who has got it can decode it at once. Owned by one
 * thread; holds native memory until {@link #close()}, and buffers of the largest block so far.
 *
 * <p>Blocks either stand alone, so that any sequence of them decodes, or they refer to those before them, back to the last
 * {@link #restart()}, and decode in that sequence only.
 */
public abstract sealed class BlockCompressor implements AutoCloseable permits DeflateBlocks, ZstdBlocks, BrotliBlocks {
    private static final int INITIAL_BYTES = 1_024;

    private final ByteBuf content = Unpooled.directBuffer(INITIAL_BYTES);
    private final ByteBuf block = Unpooled.directBuffer(INITIAL_BYTES);

    /**
     * Of blocks that stand alone.
     *
     * @throws IllegalStateException if the coding can't be had on this machine
     */
    public static BlockCompressor independent(Coding coding, int level) {
        requireAvailable(coding);
        return switch (coding) {
            case GZIP -> new DeflateBlocks(level, false);
            case ZSTD -> new ZstdBlocks(false);
            case BROTLI -> new BrotliBlocks();
            case IDENTITY -> throw new IllegalArgumentException("nothing to compress");
        };
    }

    /** Whether a coding has blocks that refer to those before them and yet can be joined where it restarts. */
    public static boolean isContinuous(Coding coding) {
        return coding == Coding.GZIP || coding == Coding.ZSTD;
    }

    /**
     * Of blocks that refer to those before them.
     *
     * @throws IllegalStateException if the coding can't be had on this machine
     */
    public static BlockCompressor continuous(Coding coding, int level) {
        requireAvailable(coding);
        return switch (coding) {
            case GZIP -> new DeflateBlocks(level, true);
            case ZSTD -> new ZstdBlocks(true);
            case BROTLI, IDENTITY -> throw new IllegalArgumentException(coding + " can't be joined in its midst");
        };
    }

    private static void requireAvailable(Coding coding) {
        if (!coding.isAvailable()) {
            throw new IllegalStateException("no library for " + coding.token());
        }
    }

    /** Begins a block: its content is to be written here. */
    public final ByteBuf begin() {
        return content.clear();
    }

    /** What was written since {@link #begin()}. */
    public final ByteBuf content() {
        return content;
    }

    /** The most bytes that the block begun can take. */
    public final int maxBlockBytes() {
        return maxBytes(content.readableBytes());
    }

    /** Ends the block. @return its bytes, valid until the next is ended */
    public final ByteBuf end() {
        block.clear().ensureWritable(maxBlockBytes());
        compress(content, block);
        return block;
    }

    /** The next block refers to none before it: a keyframe. */
    public abstract void restart();

    abstract int maxBytes(int contentBytes);

    abstract void compress(ByteBuf from, ByteBuf to);

    abstract void free();

    @Override
    public final void close() {
        free();
        content.release();
        block.release();
    }
}
