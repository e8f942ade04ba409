package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.ContentSum;

/** Compresses and frames what a format writes. Owned by one loop, as its compressor is. */
final class BlockEncoder {
    private final Framing framing;
    private final BlockCompressor compressor;

    BlockEncoder(Framing framing, BlockCompressor compressor) {
        this.framing = framing;
        this.compressor = compressor;
    }

    Framing framing() {
        return framing;
    }

    /** Content is to be written here. */
    ByteBuf begin() {
        return compressor.begin();
    }

    /** The most bytes that what was begun can take. */
    int maxBytes() {
        return compressor.maxBlockBytes() + Framing.MAX_OVERHEAD_BYTES;
    }

    /** Appends what was begun. */
    void end(ByteBuf out) {
        ByteBuf content = compressor.content();
        if (content.readableBytes() < framing.compressedFromBytes()) {
            framing.framePlain(content, out);
        } else {
            framing.frame(compressor.end(), out);
        }
    }

    /** The sum of the content that was ended last, or null if nobody asks for it. */
    ContentSum sum() {
        if (!framing.isSummed()) {
            return null;
        }
        ContentSum sum = new ContentSum();
        sum.set(compressor.content());
        return sum;
    }

    /** The next block refers to none before it. */
    void restart() {
        compressor.restart();
    }

    void close() {
        compressor.close();
    }
}
