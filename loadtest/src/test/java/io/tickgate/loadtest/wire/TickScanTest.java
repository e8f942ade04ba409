package io.tickgate.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class TickScanTest {
    private static final long AT_NS = 1_763_712_000_123_456_789L;
    private final TickScan scan = new TickScan(200);

    @Test
    void payloadIsJsonOfTheAskedSize() throws Exception {
        for (int size : new int[]{TickPayload.MIN_BYTES, 129, 200, 4_096}) {
            byte[] payload = new TickPayload(size).fill(3, 42, AT_NS, AT_NS + 5);
            assertThat(payload).hasSize(size);
            JsonNode json = new ObjectMapper().readTree(payload);
            assertThat(json.get("tsNanos").longValue()).isEqualTo(AT_NS + 5);
            assertThat(json.get("at").longValue()).isEqualTo(AT_NS);
        }
        assertThatThrownBy(() -> new TickPayload(TickPayload.MIN_BYTES - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMovingBookIsJsonOfTheSameSizeAndHarderToCompress() throws Exception {
        TickPayload payload = new TickPayload(1_400, TickPayload.Book.MOVING);
        String first = new ObjectMapper().readTree(payload.fill(3, 1, AT_NS, AT_NS)).get("book").textValue();
        JsonNode second = new ObjectMapper().readTree(payload.fill(3, 2, AT_NS, AT_NS));
        assertThat(second.get("book").textValue()).hasSameSizeAs(first).isNotEqualTo(first)
                .matches("(\\d{5}\\.\\d\\dx\\d\\d\\.\\d\\d;)+[a-z]*");
        byte[] still = new TickPayload(1_400).fill(3, 1, AT_NS, AT_NS);
        assertThat(deflatedBytes(payload.fill(3, 3, AT_NS, AT_NS))).isBetween(350, 700)
                .isGreaterThan(2 * deflatedBytes(still));
    }

    private static int deflatedBytes(byte[] content) {
        try (Deflater deflater = new Deflater(6, true)) {
            deflater.setInput(content);
            deflater.finish();
            return deflater.deflate(new byte[2 * content.length]);
        }
    }

    @Test
    void findsTheRecordInAnyEnvelope() {
        String tick = tick(7, 123);
        for (String text : new String[]{tick, "{\"channel\":\"ch:1\",\"seq\":1,\"data\":" + tick + "}",
                "42[\"bench_update\"," + tick + "]", "{\"n\":1,\"ch\":5,\"data\":" + tick + ",\"ch\":\"x\"}"}) {
            ByteBuf in = bytes(text);
            assertThat(scan.find(in, 0, in.writerIndex())).as(text).isTrue();
            assertThat(scan.channel()).isEqualTo(7);
            assertThat(scan.number()).isEqualTo(123);
            assertThat(scan.atNs()).isEqualTo(AT_NS);
            in.release();
        }
    }

    @Test
    void findsEachRecordOfABatch() {
        ByteBuf in = bytes(
                "{\"data\":" + tick(0, 1) + "}\n{\"seq\":10,\"data\":" + tick(1, 2) + "}\n{\"data\":" + tick(2, 3)
                        + "}");
        int at = 0;
        for (int i = 0; i < 3; i++) {
            assertThat(scan.find(in, at, in.writerIndex())).isTrue();
            assertThat(scan.channel()).isEqualTo(i);
            assertThat(scan.number()).isEqualTo(i + 1);
            at = scan.end();
        }
        assertThat(scan.find(in, at, in.writerIndex())).isFalse();
        in.release();
    }

    @Test
    void findsNothingInOtherMessagesOrHalves() {
        String tick = tick(1, 1);
        for (String text : new String[]{"", "\"", "{\"op\":\"gap\",\"channel\":\"bench:0\",\"from\":5,\"to\":9}",
                tick.substring(0, 50), tick.replace("\"n\"", "\"m\""), "\"".repeat(500)}) {
            ByteBuf in = bytes(text);
            assertThat(scan.find(in, 0, in.writerIndex())).as(text).isFalse();
            in.release();
        }
    }

    @Test
    void framesOfClientsAreMaskedAndLengthsAreShortest() {
        assertThat(WebSocketFrames.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(WebSocketFrames.fromServer(WebSocketFrames.TEXT, new byte[125])).hasSize(127).startsWith(0x81, 125);
        assertThat(WebSocketFrames.fromServer(WebSocketFrames.TEXT, new byte[126])).hasSize(130).startsWith(0x81, 126,
                0,
                126);
        assertThat(WebSocketFrames.fromServer(WebSocketFrames.TEXT, new byte[70_000])).hasSize(70_010).startsWith(0x81,
                127);
        byte[] masked = WebSocketFrames.fromClient(WebSocketFrames.TEXT, new byte[]{1, 2, 3, 4, 5});
        assertThat(masked).hasSize(11).startsWith(0x81, 0x85);
        for (int i = 0; i < 5; i++) {
            assertThat(masked[6 + i] ^ masked[2 + (i & 3)]).isEqualTo(i + 1);
        }
    }

    private static String tick(int channel, long number) {
        return new String(new TickPayload(200).fill(channel, number, AT_NS, AT_NS), StandardCharsets.US_ASCII);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
