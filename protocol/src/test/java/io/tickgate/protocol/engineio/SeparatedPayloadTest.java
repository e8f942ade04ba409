package io.tickgate.protocol.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EnginePacket.Ping;
import io.tickgate.protocol.engineio.EnginePacket.Pong;

class SeparatedPayloadTest {
    private static final int MAX_PAYLOAD_BYTES = 64;
    private static final int MAX_PACKETS = 4;

    private final SeparatedPayload payload = new SeparatedPayload(MAX_PAYLOAD_BYTES, MAX_PACKETS);

    @Test
    void decodesTheExamplesOfTheProtocolDocument() throws EngineIoFault {
        assertThat(decode("4hello\u001e2\u001e4world")).containsExactly(new Message(buffer("hello")),
                new Ping(Unpooled.EMPTY_BUFFER),
                new Message(buffer("world")));
        assertThat(decode("4hello\u001ebAQIDBA==")).containsExactly(new Message(buffer("hello")),
                new BinaryMessage(Unpooled.wrappedBuffer(new byte[]{1, 2, 3, 4})));
        assertThat(decode("3")).containsExactly(new Pong(Unpooled.EMPTY_BUFFER));
    }

    @Test
    void sharesTheBytesOfTheBodyAndLeavesItsIndices() throws EngineIoFault {
        ByteBuf body = PooledByteBufAllocator.DEFAULT.directBuffer();
        try {
            body.writeBytes("xx4hello\u001e4€yy".getBytes(UTF_8));
            body.readerIndex(2).writerIndex(body.writerIndex() - 2);
            int readable = body.readableBytes();
            assertThat(payload.decode(body)).containsExactly(new Message(buffer("hello")), new Message(buffer("€")));
            assertThat(body.readableBytes()).isEqualTo(readable);
            assertThat(body.refCnt()).isEqualTo(1);
        } finally {
            body.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u001e", "4a\u001e", "\u001e4a", "4a\u001e\u001e4b"})
    void refusesEmptyPackets(String body) {
        assertThat(catchThrowable(() -> decode(body))).isSameAs(EngineIoFault.EMPTY_PACKET);
    }

    @Test
    void refusesABodyLargerThanTheHandshakeSaid() throws EngineIoFault {
        String largest = "4" + "x".repeat(MAX_PAYLOAD_BYTES - 1);
        assertThat(decode(largest)).hasSize(1);
        assertThat(catchThrowable(() -> decode(largest + "x"))).isSameAs(EngineIoFault.PAYLOAD_TOO_LARGE);
    }

    @Test
    void refusesMorePacketsThanTheLimit() throws EngineIoFault {
        String most = "2\u001e2\u001e2\u001e2";
        assertThat(decode(most)).hasSize(MAX_PACKETS);
        assertThat(catchThrowable(() -> decode(most + "\u001e2"))).isSameAs(EngineIoFault.TOO_MANY_PACKETS);
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        for (byte[] bytes : List.of(new byte[]{'4', (byte) 0xff}, new byte[]{'4', (byte) 0xc0, (byte) 0x80},
                new byte[]{'4', (byte) 0xed, (byte) 0xa0, (byte) 0x80}, new byte[]{'4', (byte) 0xe2, (byte) 0x82})) {
            assertThat(catchThrowable(() -> payload.decode(Unpooled.wrappedBuffer(bytes))))
                    .isSameAs(EngineIoFault.NOT_UTF8);
        }
    }

    @Test
    void refusesTheWholeBodyForOneBadPacket() {
        assertThat(catchThrowable(() -> decode("4a\u001e9\u001e4b"))).isSameAs(EngineIoFault.UNKNOWN_TYPE);
    }

    @Test
    void takesABodyCutAnywhereAsShorterPacketsOrAFault() {
        byte[] whole = "40/ns,{\"a\":1}\u001ebAQIDBA==\u001e3probe\u001e1".getBytes(UTF_8);
        for (int length = 0; length < whole.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(whole, 0, length);
            Throwable thrown = catchThrowable(() -> payload.decode(cut));
            boolean ok = thrown == null || thrown == EngineIoFault.EMPTY_PACKET || thrown == EngineIoFault.NOT_BASE64;
            assertThat(ok).as("%s at %d", thrown, length).isTrue();
        }
    }

    @Test
    void hasAPreparedFaultForAnyBytes() {
        SplittableRandom random = new SplittableRandom(7);
        String alphabet = "0123456b\u001e\u001e\u001eAQ==probe{\"€";
        int decoded = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(24); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = text.toString().getBytes(UTF_8);
            if (bytes.length > 0 && random.nextInt(8) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            List<EnginePacket> packets = new ArrayList<>();
            Throwable thrown = catchThrowable(() -> packets.addAll(payload.decode(Unpooled.wrappedBuffer(bytes))));
            assertThat(thrown == null || thrown instanceof EngineIoFault).as("%s on %s", thrown, text).isTrue();
            assertThat(packets.size()).isLessThanOrEqualTo(MAX_PACKETS);
            decoded += packets.size();
        }
        assertThat(decoded).isGreaterThan(1_000);
    }

    @Test
    void demandsPositiveLimits() {
        assertThatThrownBy(() -> new SeparatedPayload(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SeparatedPayload(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private List<EnginePacket> decode(String body) throws EngineIoFault {
        return payload.decode(buffer(body));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
