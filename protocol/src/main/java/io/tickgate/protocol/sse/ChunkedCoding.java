package io.tickgate.protocol.sse;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Ascii;

/**
 * The chunks in which an HTTP/1.1 response of unknown length is sent (RFC 9112 §7.1): header, the content that the caller
 * writes, end. Static and stateless: any thread, allocates nothing.
 */
public final class ChunkedCoding {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CRLF_BYTES = 2;

    private ChunkedCoding() {}

    /** The bytes of a whole chunk with so much content. */
    public static int chunkLength(int contentBytes) {
        return Ascii.hexLength(contentBytes) + CRLF_BYTES + contentBytes + CRLF_BYTES;
    }

    /** @param contentBytes at least 1: a chunk without content would end the response */
    public static void beginChunk(int contentBytes, ByteBuf out) {
        assert contentBytes > 0;
        Ascii.writeHex(contentBytes, out);
        out.writeByte('\r').writeByte('\n');
    }

    /** Goes behind the content. */
    public static void endChunk(ByteBuf out) {
        out.writeByte('\r').writeByte('\n');
    }

    /** Ends the response, without trailers. */
    public static void writeLastChunk(ByteBuf out) {
        out.writeBytes(LAST_CHUNK);
    }
}
