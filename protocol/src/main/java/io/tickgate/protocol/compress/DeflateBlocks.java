package io.tickgate.protocol.compress;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

import io.netty.buffer.ByteBuf;

/** Blocks of raw deflate (RFC 1951), each ending with the four bytes of an empty stored block, of which none is final. */
final class DeflateBlocks extends BlockCompressor {
    /** What zlib's own bound and the flush may add. */
    private static final int OVERHEAD_BYTES = 32;

    private final Deflater deflater;
    private final boolean isContinuous;

    DeflateBlocks(int level, boolean isContinuous) {
        this.deflater = new Deflater(level, true);
        this.isContinuous = isContinuous;
    }

    @Override
    int maxBytes(int contentBytes) {
        return contentBytes + (contentBytes >> 3) + (contentBytes >> 6) + OVERHEAD_BYTES;
    }

    @Override
    void compress(ByteBuf from, ByteBuf to) {
        ByteBuffer input = from.internalNioBuffer(from.readerIndex(), from.readableBytes());
        ByteBuffer output = to.internalNioBuffer(to.writerIndex(), to.writableBytes());
        deflater.setInput(input);
        int written = deflater.deflate(output, Deflater.SYNC_FLUSH);
        assert written < to.writableBytes() : "the bound holds";
        to.writerIndex(to.writerIndex() + written);
        if (!isContinuous) {
            deflater.reset();
        }
    }

    @Override
    public void restart() {
        deflater.reset();
    }

    @Override
    void free() {
        deflater.end();
    }
}
