package io.tickgate.gateway.transport.sse;

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.protocol.compress.CodedStream;
import io.tickgate.protocol.compress.ContentSum;

/** The body of one event stream from its coding's header to its end. Owned by the connection's loop. */
final class StreamBody {
    private static final int INITIAL_BYTES = 256;

    private final ResponseStream stream;
    private final StreamFraming framing;
    private final FormatTurn encoder;
    /** Of all content, for codings that end with it; else null. */
    private final ContentSum sum;

    /** @param encoder the loop's for the stream's format */
    StreamBody(ResponseStream stream, EventFormat format, FormatTurn encoder) {
        this.stream = stream;
        this.framing = format.framing();
        this.encoder = encoder;
        this.sum = framing != null && framing.isSummed() ? new ContentSum() : null;
        if (sum != null) {
            sum.clear();
        }
        if (framing != null) {
            writeBare(block -> CodedStream.writeHeader(framing.coding(), block));
        }
    }

    /** Writes blocks that are this stream's alone. */
    void write(Consumer<ByteBuf> blocks) {
        ByteBuf out = buffer();
        ContentSum written = encoder.encode(blocks, out);
        stream.writeAndRelease(out);
        if (written != null) {
            wrote(written);
        }
    }

    /** What was written to the stream besides. */
    void wrote(ContentSum content) {
        sum.append(content);
    }

    /** Ends the stream: whoever decodes it sees that it is whole. */
    void end() {
        if (framing != null) {
            writeBare(block -> CodedStream.writeEnd(framing.coding(), sum, block));
        }
        stream.close();
    }

    private void writeBare(Consumer<ByteBuf> coded) {
        ByteBuf block = buffer();
        coded.accept(block);
        if (block.isReadable()) {
            ByteBuf out = buffer();
            framing.frame(block, out);
            stream.writeAndRelease(out);
        }
        block.release();
    }

    private static ByteBuf buffer() {
        return ByteBufAllocator.DEFAULT.directBuffer(INITIAL_BYTES);
    }
}
