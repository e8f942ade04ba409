package io.tickgate.loadtest.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;

/** What was deflated: a gzip body, or the messages of a WebSocket, which may refer to those before. Owned by one event loop. */
public final class InflatedStream implements ContentDecoder {
    /** A header without optional fields (RFC 1952 §2.3). */
    private static final int GZIP_HEADER_BYTES = 10;
    private static final int GZIP_MAGIC = 0x1f8b08;
    /** What RFC 7692 §7.2.2 has appended to each message. */
    private static final byte[] MESSAGE_END = {0, 0, (byte) 0xff, (byte) 0xff};
    private static final int STEP_BYTES = 1_024;

    private final Inflater inflater = new Inflater(true);
    private int headerAt;
    private int header;

    private InflatedStream(int headerAt) {
        this.headerAt = headerAt;
    }

    /** The content of a gzip body. */
    public static InflatedStream ofGzip() {
        return new InflatedStream(0);
    }

    /** The messages of permessage-deflate. */
    public static InflatedStream ofMessages() {
        return new InflatedStream(GZIP_HEADER_BYTES);
    }

    @Override
    public void decode(ByteBuf in, int from, int to, ByteBuf out) throws IOException {
        int at = from;
        while (headerAt < GZIP_HEADER_BYTES && at < to) {
            header(in.getUnsignedByte(at++));
        }
        if (at < to) {
            inflater.setInput(in.nioBuffer(at, to - at));
            inflate(out);
        }
    }

    /** A message is complete: appends what is left of it. */
    public void endMessage(ByteBuf out) throws IOException {
        inflater.setInput(MESSAGE_END);
        inflate(out);
    }

    @Override
    public void close() {
        inflater.end();
    }

    private void header(int value) throws IOException {
        header = header << 8 | value;
        headerAt++;
        boolean wrong = (headerAt == 3 && header != GZIP_MAGIC) || (headerAt == 4 && value != 0);
        if (wrong) {
            throw new IOException("not a gzip header without optional fields");
        }
    }

    private void inflate(ByteBuf out) throws IOException {
        try {
            while (!inflater.needsInput() && !inflater.finished()) {
                if (out.maxWritableBytes() == 0) {
                    throw new IOException("inflates to more than " + out.maxCapacity() + " bytes");
                }
                out.ensureWritable(Math.min(STEP_BYTES, out.maxWritableBytes()));
                ByteBuffer free = out.nioBuffer(out.writerIndex(), out.writableBytes());
                int count = inflater.inflate(free);
                out.writerIndex(out.writerIndex() + count);
                if (count == 0 && inflater.needsDictionary()) {
                    throw new IOException("asks for a dictionary");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("not deflate", e);
        }
    }
}
