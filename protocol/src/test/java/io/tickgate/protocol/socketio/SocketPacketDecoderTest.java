package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.socketio.SocketPacket.Ack;
import io.tickgate.protocol.socketio.SocketPacket.Connect;
import io.tickgate.protocol.socketio.SocketPacket.ConnectError;
import io.tickgate.protocol.socketio.SocketPacket.Disconnect;
import io.tickgate.protocol.socketio.SocketPacket.Event;

class SocketPacketDecoderTest {
    private final SocketPacketDecoder decoder = new SocketPacketDecoder(new SocketPacketLimits(10, 16, 4, 8));

    /** The examples of the protocol document and of the reference decoder's tests. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"0|connect / null", "0/admin,|connect /admin null",
            "0/admin|connect /admin null", "0{\"token\":\"123\"}|connect / {\"token\":\"123\"}",
            "0/admin,{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}|connect /admin {\"sid\":\"oSO0OpakMV_3jnilAAAA\"}",
            "4{\"message\":\"Not authorized\"}|connect_error / {\"message\":\"Not authorized\"}",
            "4/admin,\"Not authorized\"|connect_error /admin \"Not authorized\"", "1|disconnect /",
            "1/admin,|disconnect /admin", "2[\"foo\"]|event / -1 0 foo []",
            "2/admin,[\"bar\"]|event /admin -1 0 bar []",
            "2/,[\"bar\"]|event / -1 0 bar []", "2/a?b=c,[\"bar\"]|event /a?b=c -1 0 bar []",
            "212[\"foo\"]|event / 12 0 foo []", "20[\"foo\"]|event / 0 0 foo []",
            "2[\"a\",1,{},[\"b\",[]],null]|event / -1 0 a [1, {}, [\"b\",[]], null]", "2[7,true]|event / -1 0 7 [true]",
            "3/admin,13[\"bar\"]|ack /admin 13 0 [\"bar\"]", "312[]|ack / 12 0 []",
            "2/woot,1[\"a\",{\"_placeholder\":true,\"num\":9}]|event /woot 1 0 a [{\"_placeholder\":true,\"num\":9}]",
            "51-[\"baz\",{\"_placeholder\":true,\"num\":0}]|event / -1 1 baz [{\"_placeholder\":true,\"num\":0}]",
            "52-/admin,[\"baz\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]|"
                    + "event /admin -1 2 baz [{\"_placeholder\":true,\"num\":0}, {\"_placeholder\":true,\"num\":1}]",
            "51-15[\"bar\",[{\"x\":{\"num\":0,\"_placeholder\":true}}]]|"
                    + "event / 15 1 bar [[{\"x\":{\"num\":0,\"_placeholder\":true}}]]",
            "50-[\"foo\",{\"num\":77777777777}]|event / -1 0 foo [{\"num\":77777777777}]",
            "61-15[{\"_placeholder\":true,\"num\":0}]|ack / 15 1 [{\"_placeholder\":true,\"num\":0}]"})
    void decodesTheVectorsOfTheProtocol(String text, String meaning) throws SocketIoFault {
        assertThat(describe(decode(text))).isEqualTo(meaning);
    }

    @Test
    void givesArgumentsByteForByte() throws SocketIoFault {
        Event event = (Event) decode(
                "2 [ \"n\\u00e9\\n€\" , 1.50e+3 ,  { \"b\" : [ 1 , 2 ] } , \"\\u20ac ₿ 😀 ]\" , -0 ] ");
        assertThat(event.name()).isEqualTo("né\n€");
        assertThat(event.arguments()).extracting(JsonText::text).containsExactly("1.50e+3", "{ \"b\" : [ 1 , 2 ] }",
                "\"\\u20ac ₿ 😀 ]\"", "-0");
        assertThat(new String(event.arguments().get(2).toBytes(), UTF_8)).isEqualTo("\"\\u20ac ₿ 😀 ]\"");
        assertThat(event.arguments().get(0).length()).isEqualTo(7);
    }

    @Test
    void keepsTokensOutOfItsText() throws SocketIoFault {
        assertThat(decode("0{\"token\":\"secret\"}").toString()).doesNotContain("secret");
        assertThat(decode("2[\"authenticate\",\"secret\"]").toString()).doesNotContain("secret");
    }

    @Test
    void outlivesTheBufferItWasDecodedFrom() throws SocketIoFault {
        ByteBuf text = PooledByteBufAllocator.DEFAULT.directBuffer();
        text.writeBytes("422[\"a\",\"b\"]x".getBytes(UTF_8));
        text.readerIndex(1).writerIndex(text.writerIndex() - 1);
        int readable = text.readableBytes();
        Event event = (Event) decoder.decode(text);
        assertThat(text.readableBytes()).isEqualTo(readable);
        text.setZero(0, text.capacity());
        assertThat(text.release()).isTrue();
        assertThat(describe(event)).isEqualTo("event / 2 0 a [\"b\"]");
    }

    @Test
    void refusesAnEmptyPacket() {
        refuses("", SocketIoFault.EMPTY_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "9[\"a\"]", "/", "a", " 2[\"a\"]", "[\"a\"]", "-1"})
    void refusesUnknownTypes(String text) {
        refuses(text, SocketIoFault.UNKNOWN_TYPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5-[\"a\"]", "5[\"a\"]", "51", "51[\"a\"]", "6x-1[]", "5-1-[\"a\"]", "5/ns,[\"a\"]"})
    void refusesABinaryPacketWithoutACount(String text) {
        refuses(text, SocketIoFault.BAD_ATTACHMENT_COUNT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"511-[\"a\"]", "599999999999999999999-[\"a\"]", "64294967297-1[]"})
    void refusesMoreAttachmentsThanTheLimit(String text) {
        refuses(text, SocketIoFault.TOO_MANY_ATTACHMENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"51-[\"a\"]", "51-[\"a\",{\"num\":0}]", "51-[\"a\",{\"_placeholder\":true}]",
            "51-[\"a\",{\"_placeholder\":false,\"num\":0}]", "51-[\"a\",{\"_placeholder\":1,\"num\":0}]",
            "50-[\"a\",{\"_placeholder\":true,\"num\":0}]", "51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":-1}]", "51-[\"a\",{\"_placeholder\":true,\"num\":0.0}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":64}]", "51-[\"a\",{\"_placeholder\":true,\"num\":4294967296}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]", "51-[\"a\",{\"_placeholder\":true,\"num\":\"splice\"}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
            "52-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
            "52-[\"a\",{\"_placeholder\":true,\"num\":0}]", "62-1[{\"_placeholder\":true,\"num\":1}]"})
    void refusesPlaceholdersThatDoNotMatchTheAttachments(String text) {
        refuses(text, SocketIoFault.BAD_PLACEHOLDERS);
    }

    @Test
    void refusesANamespaceLongerThanTheLimit() throws SocketIoFault {
        String longest = "/" + "n".repeat(15);
        assertThat(decode("0" + longest + ",").namespace()).isEqualTo(longest);
        refuses("0" + longest + "n,", SocketIoFault.NAMESPACE_TOO_LONG);
        refuses("0" + longest + "n", SocketIoFault.NAMESPACE_TOO_LONG);
        refuses("2" + longest + "€,[\"a\"]", SocketIoFault.NAMESPACE_TOO_LONG);
    }

    @Test
    void refusesAnAckIdLongerThanALongHolds() throws SocketIoFault {
        assertThat(((Event) decode("2999999999999999999[\"a\"]")).ackId()).isEqualTo(999_999_999_999_999_999L);
        refuses("21999999999999999999[\"a\"]", SocketIoFault.ACK_ID_TOO_LONG);
        refuses("3" + "0".repeat(19) + "[]", SocketIoFault.ACK_ID_TOO_LONG);
    }

    @Test
    void refusesAckIdsWhereNoneBelongOrOneIsMissing() {
        refuses("012", SocketIoFault.UNEXPECTED_ACK_ID);
        refuses("012{}", SocketIoFault.UNEXPECTED_ACK_ID);
        refuses("1/a,1", SocketIoFault.UNEXPECTED_ACK_ID);
        refuses("41{\"message\":\"a\"}", SocketIoFault.UNEXPECTED_ACK_ID);
        refuses("3[]", SocketIoFault.ACK_ID_MISSING);
        refuses("60-[]", SocketIoFault.ACK_ID_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2/ns", "2/ns,", "21", "2{}", "2\"a\"", "2true", "31", "31{}", "31\"a\"", "0[]",
            "0\"a\"",
            "0null", "0/ns,true", "1{}", "1[]", "1null", "4", "4[]", "4true", "50-", "50-{}", "60-1", "60-1\"a\""})
    void refusesDataThatDoesNotFitTheType(String text) {
        refuses(text, SocketIoFault.BAD_DATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2[", "2[\"a\"", "2[\"a\"]]", "2[\"a\"] []", "2[\"a\",]", "2[a]", "2['a']", "0{\"a\"}",
            "0{a:1}",
            "0hello", "2-1[\"a\"]", "2,[\"a\"]", "2[\"a\",01]", "2[\"a\",NaN]", "2[\"a\\x\"]", "2 ", "2[\"\u0000\"]",
            "2[\0\"\0a\0\"\0]\0", "1x", "2\ufeff[\"a\"]", "2admin,[\"a\"]", "31-[\"a\"]"})
    void refusesDataThatIsNotJson(String text) {
        refuses(text, SocketIoFault.NOT_JSON);
    }

    @Test
    void refusesDataThatIsNotUtf8() {
        byte[] bytes = "2[\"a\",\"x\"]".getBytes(UTF_8);
        bytes[7] = (byte) 0xff;
        assertThat(catchThrowable(() -> decoder.decode(Unpooled.wrappedBuffer(bytes))))
                .isSameAs(SocketIoFault.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2[]", "2[null]", "2[true,1]", "2[[\"a\"]]", "2[{\"a\":1}]", "50-[]", "2[\"connect\"]",
            "2[\"connect_error\",1]", "2[\"disconnect\"]", "2[\"disconnecting\"]", "2[\"newListener\"]",
            "2[\"removeListener\"]", "2[\"\\u0063onnect\"]"})
    void refusesEventsWithoutANameOfTheirOwn(String text) {
        refuses(text, SocketIoFault.BAD_EVENT_NAME);
    }

    @Test
    void refusesMoreArgumentsThanTheLimit() throws SocketIoFault {
        assertThat(((Event) decode("2[\"a\",1,2,3,4]")).arguments()).hasSize(4);
        refuses("2[\"a\",1,2,3,4,5]", SocketIoFault.TOO_MANY_ARGUMENTS);
        assertThat(((Ack) decode("31[1,2,3,4]")).arguments()).hasSize(4);
        refuses("31[1,2,3,4,5]", SocketIoFault.TOO_MANY_ARGUMENTS);
    }

    @Test
    void refusesDataThatNestsDeeperThanTheLimit() throws SocketIoFault {
        assertThat(((Event) decode("2[\"a\"," + "[".repeat(7) + "]".repeat(7) + "]")).arguments()).hasSize(1);
        refuses("2[\"a\"," + "[".repeat(8) + "]".repeat(8) + "]", SocketIoFault.TOO_DEEP);
        refuses("2[\"a\"," + "{\"x\":".repeat(100_000), SocketIoFault.TOO_DEEP);
        refuses("0" + "{\"x\":".repeat(9), SocketIoFault.TOO_DEEP);
    }

    @Test
    void takesTheLargestLimits() throws SocketIoFault {
        SocketPacketDecoder wide = new SocketPacketDecoder(new SocketPacketLimits(64, 16, 64, 256));
        StringBuilder text = new StringBuilder("564-[\"a\"");
        for (int num = 63; num >= 0; num--) {
            text.append(",{\"_placeholder\":true,\"num\":").append(num).append('}');
        }
        Event event = (Event) wide.decode(Unpooled.copiedBuffer(text.append(']'), UTF_8));
        assertThat(event.attachments()).isEqualTo(64);
        assertThat(event.arguments()).hasSize(64);
        String deep = "50-[\"a\"," + "[".repeat(255) + "]".repeat(255) + "]";
        assertThat(((Event) wide.decode(Unpooled.copiedBuffer(deep, UTF_8))).arguments()).hasSize(1);
    }

    @Test
    void takesLongNumbersAndNames() throws SocketIoFault {
        String number = "1".repeat(2_000);
        String name = "n".repeat(60_000);
        assertThat(((Event) decode("2[\"a\"," + number + "]")).arguments().get(0).text()).isEqualTo(number);
        assertThat(((Event) decode("2[" + number + "]")).name()).isEqualTo(number);
        assertThat(((Event) decode("2[\"" + name + "\"]")).name()).isEqualTo(name);
        assertThat(((Event) decode("2[\"a\",{\"" + name + "\":1}]")).arguments()).hasSize(1);
        Event event = (Event) decode("51-[\"a\",{\"num\":" + number + "},{\"_placeholder\":true,\"num\":0}]");
        assertThat(event.arguments()).hasSize(2);
    }

    @Test
    void demandsLimitsInRange() {
        for (List<Integer> limits : List.of(List.of(-1, 1, 0, 1), List.of(65, 1, 0, 1), List.of(0, 0, 0, 1),
                List.of(0, 1, -1, 1), List.of(0, 1, 0, 0), List.of(0, 1, 0, 257))) {
            assertThatThrownBy(
                    () -> new SocketPacketLimits(limits.get(0), limits.get(1), limits.get(2), limits.get(3)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void refuses(String text, SocketIoFault fault) {
        assertThat(catchThrowable(() -> decode(text))).as(text).isSameAs(fault);
        assertThat(fault.getStackTrace()).isEmpty();
    }

    private SocketPacket decode(String text) throws SocketIoFault {
        return decoder.decode(Unpooled.copiedBuffer(text, UTF_8));
    }

    private static String describe(SocketPacket packet) {
        return switch (packet) {
            case Connect connect -> "connect " + connect.namespace() + " " + text(connect.data());
            case Disconnect disconnect -> "disconnect " + disconnect.namespace();
            case ConnectError error -> "connect_error " + error.namespace() + " " + text(error.data());
            case Event event -> "event " + event.namespace() + " " + event.ackId() + " " + event.attachments() + " "
                    + event.name() + " " + event.arguments().stream().map(JsonText::text).toList();
            case Ack ack -> "ack " + ack.namespace() + " " + ack.ackId() + " " + ack.attachments() + " "
                    + ack.arguments().stream().map(JsonText::text).toList();
        };
    }

    private static String text(JsonText json) {
        return json == null ? "null" : json.text();
    }
}
