package io.tickgate.protocol.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.engineio.EnginePacket.BinaryMessage;
import io.tickgate.protocol.engineio.EnginePacket.Close;
import io.tickgate.protocol.engineio.EnginePacket.Message;
import io.tickgate.protocol.engineio.EnginePacket.Noop;
import io.tickgate.protocol.engineio.EnginePacket.Open;
import io.tickgate.protocol.engineio.EnginePacket.Ping;
import io.tickgate.protocol.engineio.EnginePacket.Pong;
import io.tickgate.protocol.engineio.EnginePacket.Upgrade;

class EngineProtocol4Test {
    private static final ByteBuf EMPTY = Unpooled.EMPTY_BUFFER;

    private final EngineProtocol4 protocol = new EngineProtocol4(1_000, 10);

    @Test
    void decodesEveryTypeOfTheProtocolDocument() throws EngineIoFault {
        assertThat(decode("0{\"sid\":\"a\"}")).isEqualTo(new Open(buffer("{\"sid\":\"a\"}")));
        assertThat(decode("1")).isEqualTo(new Close());
        assertThat(decode("2")).isEqualTo(new Ping(EMPTY));
        assertThat(decode("2probe")).isEqualTo(new Ping(EnginePacket.PROBE));
        assertThat(decode("3")).isEqualTo(new Pong(EMPTY));
        assertThat(decode("3probe")).isEqualTo(new Pong(EnginePacket.PROBE));
        assertThat(decode("4hello")).isEqualTo(new Message(buffer("hello")));
        assertThat(decode("4")).isEqualTo(new Message(EMPTY));
        assertThat(decode("4h€llo")).isEqualTo(new Message(buffer("h€llo")));
        assertThat(decode("5")).isEqualTo(new Upgrade());
        assertThat(decode("6")).isEqualTo(new Noop());
        assertThat(decode("bAQIDBA==")).isEqualTo(new BinaryMessage(Unpooled.wrappedBuffer(new byte[]{1, 2, 3, 4})));
    }

    @Test
    void knowsAProbeByItsWholeWord() throws EngineIoFault {
        assertThat(((Ping) decode("2probe")).isProbe()).isTrue();
        for (String other : List.of("2", "2prob", "2probf", "2probes")) {
            assertThat(((Ping) decode(other)).isProbe()).as(other).isFalse();
        }
    }

    @Test
    void readsBetweenTheIndicesAndLeavesThem() throws EngineIoFault {
        ByteBuf text = buffer("xx4hello");
        text.readerIndex(2).writerIndex(7);
        assertThat(protocol.decodeText(text)).isEqualTo(new Message(buffer("hell")));
        assertThat(text.readerIndex()).isEqualTo(2);
        assertThat(text.writerIndex()).isEqualTo(7);
    }

    @Test
    void refusesAnEmptyPacket() {
        assertThat(catchThrowable(() -> decode(""))).isSameAs(EngineIoFault.EMPTY_PACKET);
    }

    @Test
    void refusesEveryOtherTypeByte() {
        for (int type = 0; type < 256; type++) {
            ByteBuf text = Unpooled.wrappedBuffer(new byte[]{(byte) type});
            boolean known = (type >= '0' && type <= '6') || type == 'b';
            assertThat(catchThrowable(() -> protocol.decodeText(text)))
                    .isSameAs(known ? null : EngineIoFault.UNKNOWN_TYPE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x", "5probe", "6 "})
    void refusesDataWhereNoneBelongs(String text) {
        assertThat(catchThrowable(() -> decode(text))).isSameAs(EngineIoFault.UNEXPECTED_DATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bA", "b====", "bAQID!A==", "bAQ=DBA==", "bAQIDBA==AA", "bé"})
    void refusesWhatIsNotBase64(String text) {
        assertThat(catchThrowable(() -> decode(text))).isSameAs(EngineIoFault.NOT_BASE64);
    }

    /** As the Java client breaks them. */
    @Test
    void takesBase64InLines() throws EngineIoFault {
        assertThat(decode("bAQID\r\nBA==\n"))
                .isEqualTo(new BinaryMessage(Unpooled.wrappedBuffer(new byte[]{1, 2, 3, 4})));
    }

    @Test
    void takesBinaryFramesAsTheyAre() throws EngineIoFault {
        ByteBuf frame = Unpooled.wrappedBuffer(new byte[]{4, 0, 'b'});
        assertThat(protocol.decodeBinary(frame)).isEqualTo(new BinaryMessage(frame));
        assertThat(protocol.binaryFrame(new byte[]{4, 0, 'b'})).containsExactly(4, 0, 'b');
        assertThat(new String(protocol.binaryText(new byte[]{1, 2, 3, 4}), UTF_8)).isEqualTo("bAQIDBA==");
    }

    @Test
    void makesAPayloadOfEntriesAndTakesThemApartAgain() throws EngineIoFault {
        ByteBuf entries = Unpooled.buffer();
        List<String> texts = List.of("42[\"€\"]", "6", "bCQ==", "1");
        for (String text : texts) {
            protocol.appendEntry(text.getBytes(UTF_8), entries);
        }
        EnginePayload payload = protocol.payload(entries, true);
        assertThat(payload.isBinary()).isFalse();
        assertThat(new String(payload.bytes(), UTF_8)).isEqualTo(String.join("\u001e", texts));
        assertThat(protocol.packetTexts(entries)).extracting(text -> new String(text, UTF_8)).isEqualTo(texts);
        assertThat(protocol.packetTexts(EMPTY)).isEmpty();
        assertThat(protocol.decodePayload(Unpooled.wrappedBuffer(payload.bytes()), false)).hasSize(4);
    }

    @Test
    void refusesPayloadsThatComeAsBytes() {
        assertThat(catchThrowable(() -> protocol.decodePayload(buffer("4hello"), true)))
                .isSameAs(EngineIoFault.BAD_CONTENT);
    }

    @Test
    void hasAPreparedFaultForAnyBytes() {
        SplittableRandom random = new SplittableRandom(42);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) "0123456b".charAt(random.nextInt(8));
            }
            Throwable thrown = catchThrowable(() -> protocol.decodeText(Unpooled.wrappedBuffer(bytes)));
            assertThat(thrown == null || thrown instanceof EngineIoFault).as("%s on %s", thrown, bytes).isTrue();
        }
        assertThat(EngineIoFault.EMPTY_PACKET.getStackTrace()).isEmpty();
    }

    private EnginePacket decode(String text) throws EngineIoFault {
        return protocol.decodeText(buffer(text));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
