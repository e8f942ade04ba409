package io.tickgate.loadtest.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.netty.buffer.ByteBuf;

/** A body of zstd frames, one after the other. Owned by one event loop. */
public final class ZstdStream implements ContentDecoder {
    private static final int STEP_BYTES = 4_096;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    @Override
    public void decode(ByteBuf in, int from, int to, ByteBuf out) throws IOException {
        ByteBuffer source = in.nioBuffer(from, to - from);
        // The library reads only direct buffers.
        ByteBuffer bytes = source.isDirect() ? source : ByteBuffer.allocateDirect(to - from).put(source).flip();
        boolean more = true;
        while (more) {
            if (out.maxWritableBytes() == 0) {
                throw new IOException("decodes to more than " + out.maxCapacity() + " bytes");
            }
            out.ensureWritable(Math.min(STEP_BYTES, out.maxWritableBytes()));
            ByteBuffer free = out.nioBuffer(out.writerIndex(), out.writableBytes());
            int before = free.position();
            try {
                context.decompressDirectByteBufferStream(free, bytes);
            } catch (ZstdException e) {
                throw new IOException("not zstd", e);
            }
            out.writerIndex(out.writerIndex() + free.position() - before);
            // A full buffer may be all there was, or not.
            more = bytes.hasRemaining() || !free.hasRemaining();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
