package io.tickgate.loadtest.wire;

import java.io.IOException;

import io.netty.buffer.ByteBuf;

/** Decodes one endless compressed stream, as its bytes come. Owned by one event loop; holds native memory until closed. */
public sealed interface ContentDecoder extends AutoCloseable permits InflatedStream, ZstdStream, BrotliStream {
    /**
     * Appends all that can be told from the bytes so far.
     *
     * @param in its readerIndex stays
     * @param out as much as its maximum capacity is taken
     * @throws IOException if the bytes are not of this coding, or too many
     */
    void decode(ByteBuf in, int from, int to, ByteBuf out) throws IOException;

    @Override
    void close();
}
