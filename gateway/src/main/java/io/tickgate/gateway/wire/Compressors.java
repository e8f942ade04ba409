package io.tickgate.gateway.wire;

import java.util.EnumMap;
import java.util.Map;

import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.Coding;

/** One loop's compressors of blocks that stand alone, one for each coding that was asked for. Owned by the loop. */
public final class Compressors {
    private final int level;
    private final Map<Coding, BlockCompressor> independent = new EnumMap<>(Coding.class);

    /** @param level of deflate, 1 (fast) to 9 (small) */
    public Compressors(int level) {
        this.level = level;
    }

    BlockCompressor independent(Coding coding) {
        return independent.computeIfAbsent(coding, c -> BlockCompressor.independent(c, level));
    }

    BlockCompressor continuous(Coding coding) {
        return BlockCompressor.continuous(coding, level);
    }

    /** Gives the memory back. */
    public void close() {
        independent.values().forEach(BlockCompressor::close);
        independent.clear();
    }
}
