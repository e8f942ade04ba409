package io.tickgate.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SseEncoderTest {
    private static final byte[] NODE = bytes("n1");
    private static final byte[] KIND = bytes("price_update");
    private static final byte[] CHANNEL = bytes("price:BTC-USD");
    private static final byte[] PAYLOAD = bytes("{\"price\":1,\"sign\":\"₿\"}");

    @Test
    void writesAnUpdateAsTheContractShows() {
        assertThat(written(out -> SseEncoder.writeUpdate(NODE, 77, null, CHANNEL, 123, PAYLOAD, out))).isEqualTo("""
                id: n1-77
                data: {"channel":"price:BTC-USD","seq":123,"data":{"price":1,"sign":"₿"}}

                """);
        assertThat(written(out -> SseEncoder.writeUpdate(NODE, SseEncoder.NO_ID, KIND, CHANNEL, 123, PAYLOAD, out)))
                .isEqualTo("""
                        event: price_update
                        data: {"channel":"price:BTC-USD","seq":123,"data":{"price":1,"sign":"₿"}}

                        """);
    }

    @Test
    void writesSnapshotsAndBarePayloads() {
        assertThat(written(out -> SseEncoder.writeSnapshot(NODE, 0, KIND, CHANNEL, 5, 99, PAYLOAD, out))).isEqualTo("""
                id: n1-0
                event: price_update
                data: {"channel":"price:BTC-USD","seq":5,"snapshot":true,"time":99,"data":{"price":1,"sign":"₿"}}

                """);
        assertThat(written(out -> SseEncoder.writePayload(NODE, 1, null, PAYLOAD, out))).isEqualTo("""
                id: n1-1
                data: {"price":1,"sign":"₿"}

                """);
    }

    @Test
    void writesWhatIsNoUpdate() {
        assertThat(written(out -> SseEncoder.writeControl(bytes("{\"op\":\"goaway\"}"), out))).isEqualTo(
                "event: control\ndata: {\"op\":\"goaway\"}\n\n");
        assertThat(written(out -> SseEncoder.writeId(NODE, 12, out))).isEqualTo("id: n1-12\n\n");
        assertThat(written(out -> SseEncoder.writeRetry(2000, out))).isEqualTo("retry: 2000\n\n");
        assertThat(written(SseEncoder::writeComment)).isEqualTo(":\n\n");
    }

    @Test
    void knowsEveryLengthBeforehand() {
        for (byte[] kind : new byte[][]{null, KIND}) {
            for (long number : new long[]{SseEncoder.NO_ID, 0, 9, 10, 99_999, Long.MAX_VALUE}) {
                assertThat(SseEncoder.updateLength(NODE, number, kind, CHANNEL, 10, PAYLOAD)).isEqualTo(size(
                        out -> SseEncoder.writeUpdate(NODE, number, kind, CHANNEL, 10, PAYLOAD, out)));
                assertThat(SseEncoder.snapshotLength(NODE, number, kind, CHANNEL, 10, 1763712000000L, PAYLOAD))
                        .isEqualTo(
                                size(out -> SseEncoder.writeSnapshot(NODE, number, kind, CHANNEL, 10, 1763712000000L,
                                        PAYLOAD,
                                        out)));
                assertThat(SseEncoder.payloadLength(NODE, number, kind, PAYLOAD)).isEqualTo(size(
                        out -> SseEncoder.writePayload(NODE, number, kind, PAYLOAD, out)));
            }
        }
        assertThat(SseEncoder.controlLength(PAYLOAD)).isEqualTo(size(out -> SseEncoder.writeControl(PAYLOAD, out)));
        assertThat(SseEncoder.idLength(NODE, 100)).isEqualTo(size(out -> SseEncoder.writeId(NODE, 100, out)));
        assertThat(SseEncoder.retryLength(100)).isEqualTo(size(out -> SseEncoder.writeRetry(100, out)));
        assertThat(SseEncoder.commentLength()).isEqualTo(size(SseEncoder::writeComment));
    }

    @Test
    void everythingWrittenIsReadBack() throws SseFault {
        ByteBuf out = Unpooled.buffer();
        SseEncoder.writeRetry(2000, out);
        SseEncoder.writeId(NODE, 1, out);
        SseEncoder.writePayload(NODE, 2, null, PAYLOAD, out);
        SseEncoder.writeComment(out);
        SseEncoder.writePayload(NODE, SseEncoder.NO_ID, KIND, bytes("2"), out);
        SseEncoder.writeControl(bytes("{}"), out);
        List<String> seen = new ArrayList<>();
        new SseDecoder(1000).decode(out, (id, event, data) -> seen.add(id + " " + event + " " + data));
        assertThat(seen).containsExactly("n1-2 message {\"price\":1,\"sign\":\"₿\"}", "n1-2 price_update 2",
                "n1-2 control {}");
        out.release();
    }

    @Test
    void wrapsBlocksIntoChunks() {
        String wire = written(out -> {
            ChunkedCoding.beginChunk(26, out);
            out.writeBytes(bytes("abcdefghijklmnopqrstuvwxyz"));
            ChunkedCoding.endChunk(out);
            ChunkedCoding.writeLastChunk(out);
        });
        assertThat(wire).isEqualTo("1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n");
        for (int contentBytes : new int[]{1, 15, 16, 255, 256, 65_536}) {
            assertThat(ChunkedCoding.chunkLength(contentBytes)).isEqualTo(contentBytes + size(out -> {
                ChunkedCoding.beginChunk(contentBytes, out);
                ChunkedCoding.endChunk(out);
            }));
        }
    }

    private static int size(Consumer<ByteBuf> writer) {
        return written(writer).getBytes(StandardCharsets.UTF_8).length;
    }

    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        try {
            writer.accept(out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
