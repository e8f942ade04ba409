package io.tickgate.loadtest.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import io.netty.buffer.ByteBuf;

/** A Brotli body. Owned by one event loop. */
public final class BrotliStream implements ContentDecoder {
    private static final int INPUT_BYTES = 8 << 10;

    private final DecoderJNI.Wrapper decoder;
    /** Until here the input is taken. */
    private int at;

    public BrotliStream() {
        Brotli4jLoader.ensureAvailability();
        try {
            decoder = new DecoderJNI.Wrapper(INPUT_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void decode(ByteBuf in, int from, int to, ByteBuf out) throws IOException {
        at = from;
        while (advance(in, to, out)) {
            if (out.maxWritableBytes() == 0) {
                throw new IOException("decodes to more than " + out.maxCapacity() + " bytes");
            }
        }
    }

    @Override
    public void close() {
        decoder.destroy();
    }

    /** One step; false once all input is taken and all output given. */
    private boolean advance(ByteBuf in, int to, ByteBuf out) throws IOException {
        return switch (decoder.getStatus()) {
            case OK -> {
                decoder.push(0);
                yield true;
            }
            case NEEDS_MORE_OUTPUT -> pull(out);
            case NEEDS_MORE_INPUT -> decoder.hasOutput() ? pull(out) : push(in, to);
            case DONE -> decoder.hasOutput() && pull(out);
            case ERROR -> throw new IOException("not Brotli");
        };
    }

    private boolean pull(ByteBuf out) throws IOException {
        ByteBuffer decoded = decoder.pull();
        if (decoded.remaining() > out.maxWritableBytes()) {
            throw new IOException("decodes to more than " + out.maxCapacity() + " bytes");
        }
        out.writeBytes(decoded);
        return true;
    }

    private boolean push(ByteBuf in, int to) {
        if (at == to) {
            return false;
        }
        ByteBuffer input = decoder.getInputBuffer().clear();
        int count = Math.min(input.remaining(), to - at);
        input.put(in.nioBuffer(at, count));
        at += count;
        decoder.push(count);
        return true;
    }
}
