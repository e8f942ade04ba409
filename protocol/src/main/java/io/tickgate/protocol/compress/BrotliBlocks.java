package io.tickgate.protocol.compress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Blocks of Brotli (RFC 7932) that stand alone, of one stream whose header is written once, at its beginning. The encoder looks
 * back beyond a flush at quality 2 and higher: then blocks that stand elsewhere decode wrongly, and nothing tells.
 */
final class BrotliBlocks extends BlockCompressor {
    private static final int QUALITY = 1;
    private static final int INPUT_BYTES = 16 * 1024;
    private static final int OVERHEAD_BYTES = 64;

    private final EncoderJNI.Wrapper encoder;

    BrotliBlocks() {
        try {
            encoder = new EncoderJNI.Wrapper(INPUT_BYTES, QUALITY, CodedStream.BROTLI_WINDOW_BITS,
                    Encoder.Mode.GENERIC);
        } catch (IOException outOfMemory) {
            throw new UncheckedIOException(outOfMemory);
        }
        // The stream's header, which everybody gets by itself.
        ByteBuf header = Unpooled.buffer(OVERHEAD_BYTES);
        run(Operation.FLUSH, 0, header);
    }

    @Override
    int maxBytes(int contentBytes) {
        return contentBytes + (contentBytes >> 3) + OVERHEAD_BYTES;
    }

    @Override
    void compress(ByteBuf from, ByteBuf to) {
        int at = from.readerIndex();
        while (at < from.writerIndex()) {
            ByteBuffer input = encoder.getInputBuffer().clear();
            int length = Math.min(input.remaining(), from.writerIndex() - at);
            from.getBytes(at, input.limit(length));
            at += length;
            run(Operation.PROCESS, length, to);
        }
        run(Operation.FLUSH, 0, to);
    }

    private void run(Operation operation, int length, ByteBuf to) {
        encoder.push(operation, length);
        if (!encoder.isSuccess()) {
            throw new IllegalStateException("the Brotli encoder failed");
        }
        while (encoder.hasMoreOutput()) {
            to.writeBytes(encoder.pull());
        }
        while (encoder.hasRemainingInput()) {
            encoder.push(operation, 0);
            while (encoder.hasMoreOutput()) {
                to.writeBytes(encoder.pull());
            }
        }
    }

    @Override
    public void restart() {
        // They stand alone anyway.
    }

    @Override
    void free() {
        encoder.destroy();
    }
}
