package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Records of one size that begin with their number, so that a client sees what it lacks and what came out of order. */
final class NumberedRecords {
    static final int RECORD_BYTES = 1_000;

    private NumberedRecords() {}

    static ByteBuf record(int number) {
        return Unpooled.directBuffer(RECORD_BYTES).writeInt(number).writeZero(RECORD_BYTES - Integer.BYTES);
    }

    /** Writes one as if it went to others too. */
    static void writeShared(ByteStream out, int number) {
        ByteBuf record = record(number);
        out.write(record);
        assertThat(record.readableBytes()).isEqualTo(RECORD_BYTES);
        record.release();
    }

    /** The next that come are those from a number up to the one before another. */
    static void assertRecords(InputStream in, int from, int to) throws IOException {
        for (int number = from; number < to; number++) {
            byte[] record = in.readNBytes(RECORD_BYTES);
            assertThat(record).as("record %d", number).hasSize(RECORD_BYTES);
            assertThat(Unpooled.wrappedBuffer(record).readInt()).isEqualTo(number);
        }
    }

    static void assertRecords(RawClient client, int from, int to) throws IOException {
        assertRecords(client.socket().getInputStream(), from, to);
    }
}
