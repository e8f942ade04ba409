package io.tickgate.protocol.compress;

import io.netty.buffer.ByteBuf;

/** What an endless stream of a coding has before, between and behind its blocks. Static and stateless: any thread. */
public final class CodedStream {
    /** No name, no time, system unknown (RFC 1952 §2.3). */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    /** An empty block of fixed codes, the final one (RFC 1951 §3.2.3). */
    private static final byte[] LAST_DEFLATE_BLOCK = {3, 0};
    /** An empty raw block, the frame's last one (RFC 8878 §3.1.1.2). */
    private static final byte[] LAST_ZSTD_BLOCK = {1, 0, 0};
    /** Last and empty (RFC 7932 §9.2). */
    private static final byte LAST_BROTLI_BLOCK = 3;

    /** RFC 7932 §9.1: 256 KiB, which every client has to hold. */
    static final int BROTLI_WINDOW_BITS = 18;
    /** Four bits of window size, then an empty metadata block to the byte's end (§9.2). */
    private static final byte[] BROTLI_HEADER = {0x63, 0};

    private CodedStream() {}

    /** Goes before the first block. */
    public static void writeHeader(Coding coding, ByteBuf out) {
        switch (coding) {
            case GZIP -> out.writeBytes(GZIP_HEADER);
            case BROTLI -> out.writeBytes(BROTLI_HEADER);
            case ZSTD, IDENTITY -> {
                // Every frame of the one has its own, the other has none.
            }
        }
    }

    /** Whether something must go behind blocks that refer to each other before others may follow. */
    public static boolean hasBreak(Coding coding) {
        return coding == Coding.ZSTD;
    }

    /** Goes behind blocks that refer to each other. */
    public static void writeBreak(Coding coding, ByteBuf out) {
        if (coding == Coding.ZSTD) {
            out.writeBytes(LAST_ZSTD_BLOCK);
        }
    }

    /**
     * Goes behind the last block, and behind its break.
     *
     * @param sum of all content, for gzip
     */
    public static void writeEnd(Coding coding, ContentSum sum, ByteBuf out) {
        switch (coding) {
            case GZIP -> {
                out.writeBytes(LAST_DEFLATE_BLOCK);
                out.writeIntLE(sum.crc());
                out.writeIntLE((int) sum.bytes());
            }
            case BROTLI -> out.writeByte(LAST_BROTLI_BLOCK);
            case ZSTD, IDENTITY -> {
                // A frame more or less.
            }
        }
    }
}
