package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.protocol.message.Disconnect;

class WebSocketEncoderTest {
    private static final byte[] HELLO = "Hello".getBytes(StandardCharsets.US_ASCII);

    @Test
    void writesTheVectorsOfRfc6455() {
        assertThat(hex(out -> WebSocketEncoder.writeText(HELLO, out))).isEqualTo("810548656c6c6f");
        assertThat(hex(out -> WebSocketEncoder.writeMasked(Opcode.TEXT, HELLO, 0x37fa213d, out))).isEqualTo(
                "818537fa213d7f9f4d5158");
        assertThat(hex(out -> WebSocketEncoder.writePong(Unpooled.wrappedBuffer(HELLO), out))).isEqualTo(
                "8a0548656c6c6f");
        assertThat(hex(WebSocketEncoder::writePing)).isEqualTo("8900");
        assertThat(hex(out -> WebSocketEncoder.writeBinary(new byte[256], out))).startsWith("827e010000").hasSize(520);
        assertThat(hex(out -> WebSocketEncoder.writeBinary(new byte[65536], out))).startsWith("827f000000000001000000");
    }

    @Test
    void writesCloseFrames() {
        assertThat(hex(out -> WebSocketEncoder.writeClose(1000, "", out))).isEqualTo("880203e8");
        assertThat(hex(out -> WebSocketEncoder.writeClose(Disconnect.SLOW_CONSUMER.code(), "ü", out))).isEqualTo(
                "88041197c3bc");
        assertThat(hex(out -> WebSocketEncoder.writeClose(WebSocketDecoder.NO_CLOSE_CODE, "", out))).isEqualTo("8800");
    }

    @Test
    void refusesControlFramesThatNoPeerWouldTake() {
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> WebSocketEncoder.writeClose(1000, "x".repeat(124), out)).isInstanceOf(
                IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketEncoder.writeMasked(Opcode.PING, new byte[126], 0, out)).isInstanceOf(
                IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketEncoder.writePong(Unpooled.wrappedBuffer(new byte[126]), out)).isInstanceOf(
                IllegalArgumentException.class);
        assertThat(out.readableBytes()).isZero();
        out.release();
    }

    @ParameterizedTest
    @CsvSource({"0,2", "125,2", "126,4", "65535,4", "65536,10", "2147483647,10"})
    void knowsTheHeadersLength(int payloadLength, int headerLength) {
        assertThat(WebSocketEncoder.headerLength(payloadLength)).isEqualTo(headerLength);
        assertThat(hex(out -> WebSocketEncoder.writeTextHeader(payloadLength, out))).hasSize(2 * headerLength);
    }

    @Test
    void everyFrameOfTheServerIsReadByAClient() throws WebSocketFault {
        ByteBuf wire = Unpooled.buffer();
        WebSocketEncoder.writeText("₿".repeat(30_000).getBytes(StandardCharsets.UTF_8), wire);
        WebSocketEncoder.writePing(wire);
        WebSocketEncoder.writeBinary(new byte[]{7}, wire);
        WebSocketEncoder.writeClose(4503, "slow_consumer", wire);
        RecordingSink sink = new RecordingSink();
        WebSocketDecoder.ofClient(100_000).decode(wire, sink);
        assertThat(sink.seen).containsExactly("text " + "₿".repeat(30_000), "ping ", "binary 07",
                "close 4503 slow_consumer");
        wire.release();
    }

    private static String hex(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        try {
            writer.accept(out);
            return ByteBufUtil.hexDump(out);
        } finally {
            out.release();
        }
    }
}
