package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class UpdateEnvelopeTest {
    private static final byte[] CHANNEL = "price:BTC-USD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAYLOAD = "{\"price\": 50000.12, \"name\":\"₿\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    void wrapsAnUpdateByteForByte() {
        ByteBuf out = Unpooled.buffer();
        UpdateEnvelope.encode(CHANNEL, 123, PAYLOAD, out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(
                "{\"channel\":\"price:BTC-USD\",\"seq\":123,\"data\":{\"price\": 50000.12, \"name\":\"₿\"}}");
        out.release();
    }

    @Test
    void marksASnapshotWithTheTimeOfItsIngest() {
        ByteBuf out = Unpooled.buffer();
        UpdateEnvelope.encodeSnapshot(CHANNEL, 7, 1763712000000L, "1".getBytes(StandardCharsets.UTF_8), out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(
                "{\"channel\":\"price:BTC-USD\",\"seq\":7,\"snapshot\":true,\"time\":1763712000000,\"data\":1}");
        out.release();
    }

    @Test
    void knowsTheExactLengthBeforehand() {
        for (long seq = 1; seq > 0; seq *= 10) {
            ByteBuf out = Unpooled.buffer();
            UpdateEnvelope.encode(CHANNEL, seq, PAYLOAD, out);
            assertThat(out.readableBytes()).isEqualTo(UpdateEnvelope.length(CHANNEL, seq, PAYLOAD));
            out.clear();
            UpdateEnvelope.encodeSnapshot(CHANNEL, seq, seq + 5, PAYLOAD, out);
            assertThat(out.readableBytes()).isEqualTo(UpdateEnvelope.snapshotLength(CHANNEL, seq, seq + 5, PAYLOAD));
            out.release();
            if (seq == 1_000_000_000_000_000_000L) {
                break;
            }
        }
    }
}
