package io.tickgate.protocol.compress;

import java.nio.ByteBuffer;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Blocks of Zstandard (RFC 8878): whole frames where they stand alone; else all from one restart to the next are one frame,
 * which {@link CodedStream#writeBreak} ends for whoever has got its beginning.
 */
final class ZstdBlocks extends BlockCompressor {
    private static final int LEVEL = 3;
    /** 32 KiB, as deflate has: more costs memory in every stream. */
    private static final int WINDOW_LOG = 15;
    private static final int OVERHEAD_BYTES = 64;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final boolean isContinuous;
    private boolean inFrame;

    ZstdBlocks(boolean isContinuous) {
        this.isContinuous = isContinuous;
        context.setLevel(LEVEL).setWindowLog(WINDOW_LOG).setContentSize(false).setChecksum(false);
    }

    @Override
    int maxBytes(int contentBytes) {
        return (int) Zstd.compressBound(contentBytes) + OVERHEAD_BYTES;
    }

    @Override
    void compress(ByteBuf from, ByteBuf to) {
        ByteBuffer input = from.internalNioBuffer(from.readerIndex(), from.readableBytes());
        stream(input, to, isContinuous ? EndDirective.FLUSH : EndDirective.END);
        inFrame = isContinuous;
    }

    /** What would end the frame is left out here: not everybody who is to get the next one has got this one. */
    @Override
    public void restart() {
        if (inFrame) {
            inFrame = false;
            ByteBuf end = Unpooled.directBuffer(OVERHEAD_BYTES);
            stream(Unpooled.EMPTY_BUFFER.nioBuffer(), end, EndDirective.END);
            end.release();
        }
    }

    private void stream(ByteBuffer input, ByteBuf to, EndDirective how) {
        ByteBuffer output = to.internalNioBuffer(to.writerIndex(), to.writableBytes());
        int start = output.position();
        boolean isDone = context.compressDirectByteBufferStream(output, input, how);
        assert isDone : "the bound holds";
        to.writerIndex(to.writerIndex() + output.position() - start);
    }

    @Override
    void free() {
        context.close();
    }
}
