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

class PacketTextTest {

    @Test
    void decodesEveryTypeOfTheProtocolDocument() throws EngineIoFault {
        assertThat(decode("0{\"sid\":\"a\"}")).isEqualTo(new Open(buffer("{\"sid\":\"a\"}")));
        assertThat(decode("1")).isEqualTo(new Close());
        assertThat(decode("2")).isEqualTo(new Ping(false));
        assertThat(decode("2probe")).isEqualTo(new Ping(true));
        assertThat(decode("3")).isEqualTo(new Pong(false));
        assertThat(decode("3probe")).isEqualTo(new Pong(true));
        assertThat(decode("4hello")).isEqualTo(new Message(buffer("hello")));
        assertThat(decode("4")).isEqualTo(new Message(Unpooled.EMPTY_BUFFER));
        assertThat(decode("4h€llo")).isEqualTo(new Message(buffer("h€llo")));
        assertThat(decode("5")).isEqualTo(new Upgrade());
        assertThat(decode("6")).isEqualTo(new Noop());
        assertThat(decode("bAQIDBA==")).isEqualTo(new BinaryMessage(Unpooled.wrappedBuffer(new byte[]{1, 2, 3, 4})));
    }

    @Test
    void ignoresWhatAHeartbeatSaysBesidesProbe() throws EngineIoFault {
        assertThat(decode("2prob")).isEqualTo(new Ping(false));
        assertThat(decode("2probf")).isEqualTo(new Ping(false));
        assertThat(decode("3probes")).isEqualTo(new Pong(false));
    }

    @Test
    void readsBetweenTheIndicesAndLeavesThem() throws EngineIoFault {
        ByteBuf text = buffer("xx4hello");
        text.readerIndex(2).writerIndex(7);
        assertThat(PacketText.decode(text)).isEqualTo(new Message(buffer("hell")));
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
            assertThat(catchThrowable(() -> PacketText.decode(text)))
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

    @Test
    void writesWhatItDecodes() throws EngineIoFault {
        for (String text : List.of("0{}", "1", "2", "2probe", "3", "3probe", "4", "42[\"€\"]", "5", "6", "b",
                "bAQIDBA==")) {
            ByteBuf out = Unpooled.buffer();
            PacketText.write(decode(text), out);
            assertThat(out.toString(UTF_8)).isEqualTo(text);
            out.release();
        }
    }

    @Test
    void keepsTheIndicesOfTheDataItWrites() {
        ByteBuf data = buffer("hello");
        ByteBuf out = Unpooled.buffer();
        PacketText.write(new Message(data), out);
        PacketText.write(new BinaryMessage(data), out);
        assertThat(data.readableBytes()).isEqualTo(5);
        assertThat(data.refCnt()).isEqualTo(1);
        out.release();
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
            Throwable thrown = catchThrowable(() -> PacketText.decode(Unpooled.wrappedBuffer(bytes)));
            assertThat(thrown == null || thrown instanceof EngineIoFault).as("%s on %s", thrown, bytes).isTrue();
        }
        assertThat(EngineIoFault.EMPTY_PACKET.getStackTrace()).isEmpty();
    }

    private static EnginePacket decode(String text) throws EngineIoFault {
        return PacketText.decode(buffer(text));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
