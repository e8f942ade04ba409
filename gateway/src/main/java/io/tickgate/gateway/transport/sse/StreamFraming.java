package io.tickgate.gateway.transport.sse;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.wire.Framing;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.sse.ChunkedCoding;

/** The compressed body of an event stream: block after block, in chunks where HTTP/1.1 wants them. */
record StreamFraming(Coding coding, boolean chunked) implements Framing {

    @Override
    public boolean isContinuous() {
        return BlockCompressor.isContinuous(coding);
    }

    /** All of the body is compressed. */
    @Override
    public int compressedFromBytes() {
        return 0;
    }

    @Override
    public void frame(ByteBuf block, ByteBuf out) {
        int bytes = block.readableBytes();
        if (chunked) {
            ChunkedCoding.beginChunk(bytes, out);
        }
        out.writeBytes(block, block.readerIndex(), bytes);
        if (chunked) {
            ChunkedCoding.endChunk(out);
        }
    }

    @Override
    public void framePlain(ByteBuf content, ByteBuf out) {
        throw new UnsupportedOperationException("all of the body is compressed");
    }

    /** There is one stream of bytes. */
    @Override
    public WireFormat plain() {
        return null;
    }
}
