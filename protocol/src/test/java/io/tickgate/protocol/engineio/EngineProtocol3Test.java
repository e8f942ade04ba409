package io.tickgate.protocol.engineio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
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
import io.tickgate.protocol.engineio.EnginePacket.Ping;

class EngineProtocol3Test {
    private static final int MAX_PAYLOAD_BYTES = 96;
    private static final int MAX_PACKETS = 4;
    private static final BinaryMessage ONE_TO_FOUR = new BinaryMessage(
            Unpooled.wrappedBuffer(new byte[]{1, 2, 3, 4}));

    private final EngineProtocol3 protocol = new EngineProtocol3(MAX_PAYLOAD_BYTES, MAX_PACKETS);

    // ---- WebSocket

    @Test
    void readsFramesOfBothKinds() throws EngineIoFault {
        assertThat(protocol.decodeText(buffer("4hello"))).isEqualTo(new Message(buffer("hello")));
        assertThat(protocol.decodeText(buffer("2hi"))).isEqualTo(new Ping(buffer("hi")));
        assertThat(protocol.decodeText(buffer("b4AQIDBA=="))).isEqualTo(ONE_TO_FOUR);
        assertThat(protocol.decodeBinary(bytes(4, 1, 2, 3, 4))).isEqualTo(ONE_TO_FOUR);
        assertThat(protocol.decodeBinary(bytes(4))).isEqualTo(new BinaryMessage(Unpooled.EMPTY_BUFFER));
    }

    @Test
    void writesBinaryMessagesWithTheirType() {
        assertThat(protocol.binaryFrame(new byte[]{9, 8})).containsExactly(4, 9, 8);
        assertThat(new String(protocol.binaryText(new byte[]{1, 2, 3, 4}), UTF_8)).isEqualTo("b4AQIDBA==");
    }

    @Test
    void refusesBinaryDataThatIsNoMessage() {
        assertThat(catchThrowable(() -> protocol.decodeBinary(bytes()))).isSameAs(EngineIoFault.EMPTY_PACKET);
        assertThat(catchThrowable(() -> protocol.decodeBinary(bytes(2, 1)))).isSameAs(EngineIoFault.UNKNOWN_TYPE);
        assertThat(catchThrowable(() -> protocol.decodeText(buffer("b2AQID")))).isSameAs(EngineIoFault.UNKNOWN_TYPE);
        assertThat(catchThrowable(() -> protocol.decodeText(buffer("b")))).isSameAs(EngineIoFault.UNKNOWN_TYPE);
        assertThat(catchThrowable(() -> protocol.decodeText(buffer("b4A")))).isSameAs(EngineIoFault.NOT_BASE64);
    }

    // ---- payloads as text

    @Test
    void decodesTheTextPayloadsOfTheProtocolDocument() throws EngineIoFault {
        assertThat(decode("6:4hello2:4€")).containsExactly(new Message(buffer("hello")), new Message(buffer("€")));
        assertThat(decode("2:4€10:b4AQIDBA==")).containsExactly(new Message(buffer("€")), ONE_TO_FOUR);
        assertThat(decode("0:")).isEmpty();
        assertThat(decode("1:10:")).containsExactly(new Close());
    }

    @Test
    void countsAsJavaScriptDoes() throws EngineIoFault {
        assertThat(decode("3:4\uD83D\uDE00" + "1:1")).containsExactly(new Message(buffer("\uD83D\uDE00")), new Close());
        assertThat(catchThrowable(() -> decode("2:4\uD83D\uDE00"))).as("half a character")
                .isSameAs(EngineIoFault.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4hello", ":4", "7:4hello", "5:4hello", "x:4", "1e0:4", "-1:4", " 1:1", "1:11",
            "0000000001:1", "99999999999999999999:4"})
    void refusesLengthsThatDoNotFit(String body) {
        assertThat(catchThrowable(() -> decode(body))).isSameAs(EngineIoFault.BAD_LENGTH);
    }

    // ---- payloads as bytes

    @Test
    void decodesTheBinaryPayloadsOfTheProtocolDocument() throws EngineIoFault {
        assertThat(decodeBytes(0, 4, 255, '4', 0xe2, 0x82, 0xac, 1, 5, 255, 4, 1, 2, 3, 4))
                .containsExactly(new Message(buffer("€")), ONE_TO_FOUR);
        assertThat(decodeBytes(0, 1, 0, 255, '4', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'))
                .containsExactly(new Message(buffer("abcdefghi")));
    }

    @Test
    void refusesBinaryPayloadsThatAreNone() {
        assertThat(catchThrowable(() -> decodeBytes(2, 1, 255, '1'))).isSameAs(EngineIoFault.BAD_LENGTH);
        assertThat(catchThrowable(() -> decodeBytes(0, 255, '1'))).isSameAs(EngineIoFault.BAD_LENGTH);
        assertThat(catchThrowable(() -> decodeBytes(0, 10, 255, '1'))).isSameAs(EngineIoFault.BAD_LENGTH);
        assertThat(catchThrowable(() -> decodeBytes(0, 2, 255, '4'))).isSameAs(EngineIoFault.BAD_LENGTH);
        assertThat(catchThrowable(() -> decodeBytes(0, 1))).isSameAs(EngineIoFault.BAD_LENGTH);
        assertThat(catchThrowable(() -> decodeBytes(0, 2, 255, '4', 0xff))).isSameAs(EngineIoFault.NOT_UTF8);
        assertThat(catchThrowable(() -> decodeBytes(1, 2, 255, 2, 0))).isSameAs(EngineIoFault.UNKNOWN_TYPE);
    }

    // ---- limits and bytes of any kind

    @Test
    void refusesMoreThanTheLimits() throws EngineIoFault {
        assertThat(decode("1:2".repeat(MAX_PACKETS))).hasSize(MAX_PACKETS);
        assertThat(catchThrowable(() -> decode("1:2".repeat(MAX_PACKETS + 1))))
                .isSameAs(EngineIoFault.TOO_MANY_PACKETS);
        assertThat(catchThrowable(() -> decode("95:4" + "x".repeat(94)))).isSameAs(EngineIoFault.PAYLOAD_TOO_LARGE);
        assertThat(catchThrowable(() -> decode(""))).isSameAs(EngineIoFault.EMPTY_PACKET);
        assertThatThrownBy(() -> new EngineProtocol3(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EngineProtocol3(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        assertThat(catchThrowable(
                () -> protocol.decodePayload(Unpooled.wrappedBuffer(new byte[]{'1', ':', (byte) 0xe2}), false)))
                .isSameAs(EngineIoFault.NOT_UTF8);
    }

    @Test
    void readsBetweenTheIndicesAndLeavesThem() throws EngineIoFault {
        ByteBuf body = buffer("xx6:4helloyy");
        body.readerIndex(2).writerIndex(10);
        assertThat(protocol.decodePayload(body, false)).containsExactly(new Message(buffer("hello")));
        assertThat(body.readableBytes()).isEqualTo(8);
    }

    @Test
    void takesABodyCutAnywhereAsFewerPacketsOrAFault() {
        byte[] text = "8:40/ns,{}10:b4AQIDBA==6:3probe1:1".getBytes(UTF_8);
        byte[] binary = "\0\6\u00ff3probe\1\5\u00ff\4\1\2\3\4\0\2\u00ff42".getBytes(ISO_8859_1);
        for (int length = 0; length < text.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(text, 0, length);
            assertIsFaultOrNone(catchThrowable(() -> protocol.decodePayload(cut, false)), cut);
        }
        for (int length = 0; length < binary.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(binary, 0, length);
            assertIsFaultOrNone(catchThrowable(() -> protocol.decodePayload(cut, true)), cut);
        }
    }

    @Test
    void hasAPreparedFaultForAnyBytes() {
        SplittableRandom random = new SplittableRandom(3);
        String[] entries = {"1:1", "2:4é", "6:3probe", "10:b4AQIDBA==", "0:", "\0\2\u00ff42", "\1\3\u00ff\4\1\2", ":",
                "b"};
        int decoded = 0;
        for (int round = 0; round < 100_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(4); i > 0; i--) {
                text.append(entries[random.nextInt(entries.length)]);
            }
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            boolean isBinary = random.nextBoolean();
            ByteBuf body = Unpooled.wrappedBuffer(bytes);
            List<EnginePacket> packets = new ArrayList<>();
            assertIsFaultOrNone(catchThrowable(() -> packets.addAll(protocol.decodePayload(body, isBinary))), body);
            assertThat(packets.size()).isLessThanOrEqualTo(MAX_PACKETS);
            decoded += packets.size();
        }
        assertThat(decoded).isGreaterThan(1_000);
    }

    // ---- writing

    @Test
    void makesATextPayloadOfEntriesAndTakesThemApartAgain() {
        ByteBuf entries = Unpooled.buffer();
        List<String> texts = List.of("42[\"€\uD83D\uDE00\"]", "6", "b4CQ==", "1");
        for (String text : texts) {
            protocol.appendEntry(text.getBytes(UTF_8), entries);
        }
        EnginePayload payload = protocol.payload(entries, false);
        assertThat(payload.isBinary()).isFalse();
        assertThat(new String(payload.bytes(), UTF_8)).isEqualTo("9:42[\"€\uD83D\uDE00\"]1:66:b4CQ==1:1");
        assertThat(protocol.packetTexts(entries)).extracting(text -> new String(text, UTF_8)).isEqualTo(texts);
        assertThat(protocol.packetTexts(Unpooled.EMPTY_BUFFER)).isEmpty();
    }

    @Test
    void makesABinaryPayloadForClientsThatTakeBytes() throws EngineIoFault {
        ByteBuf entries = Unpooled.buffer();
        protocol.appendEntry("4€".getBytes(UTF_8), entries);
        protocol.appendEntry(protocol.binaryText(new byte[]{1, 2, 3, 4}), entries);
        EnginePayload payload = protocol.payload(entries, true);
        assertThat(payload.isBinary()).isTrue();
        assertThat(Unpooled.wrappedBuffer(payload.bytes()))
                .isEqualTo(bytes(0, 4, 255, '4', 0xe2, 0x82, 0xac, 1, 5, 255, 4, 1, 2, 3, 4));
        assertThat(protocol.decodePayload(Unpooled.wrappedBuffer(payload.bytes()), true))
                .containsExactly(new Message(buffer("€")), ONE_TO_FOUR);
    }

    private static void assertIsFaultOrNone(Throwable thrown, ByteBuf body) {
        assertThat(thrown == null || thrown instanceof EngineIoFault)
                .as("%s on %s", thrown, body.toString(ISO_8859_1)).isTrue();
    }

    private List<EnginePacket> decode(String body) throws EngineIoFault {
        return protocol.decodePayload(buffer(body), false);
    }

    private List<EnginePacket> decodeBytes(int... octets) throws EngineIoFault {
        return protocol.decodePayload(bytes(octets), true);
    }

    private static ByteBuf bytes(int... octets) {
        ByteBuf buffer = Unpooled.buffer();
        for (int octet : octets) {
            buffer.writeByte(octet);
        }
        return buffer;
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
