package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.Command.Authenticate;
import io.tickgate.protocol.message.Command.Ping;
import io.tickgate.protocol.message.Command.Subscribe;
import io.tickgate.protocol.message.Command.Unsubscribe;

class CommandParserTest {
    private static final CommandId ONE = CommandId.of(1);

    private final CommandParser parser = new CommandParser(3);

    @Test
    void readsEveryCommandOfTheContract() throws MalformedMessage {
        assertThat(accepted("{\"op\":\"subscribe\",\"id\":1,\"channels\":[\"price:BTC-USD\",\"order:42\"],"
                + "\"interval\":250,\"resume\":{\"order:42\":\"k3x9-5\"}}")).isEqualTo(new Subscribe(ONE, List.of(
                        "price:BTC-USD", "order:42"), 250, Map.of("order:42", "k3x9-5")));
        assertThat(accepted("{\"op\":\"subscribe\",\"channels\":[\"a\"]}")).isEqualTo(
                new Subscribe(null, List.of("a"), Subscribe.UNCHANGED, Map.of()));
        assertThat(accepted("{\"op\":\"unsubscribe\",\"id\":1,\"channels\":[\"a\"]}")).isEqualTo(
                new Unsubscribe(ONE, List.of("a")));
        assertThat(accepted("{\"op\":\"auth\",\"id\":1,\"token\":\"t.o.k\"}"))
                .isEqualTo(new Authenticate(ONE, "t.o.k"));
        assertThat(accepted("{\"op\":\"ping\"}")).isEqualTo(new Ping(null));
    }

    @Test
    void takesFieldsInAnyOrderAndTheLastOfDuplicates() throws MalformedMessage {
        assertThat(accepted("{\"interval\":0,\"channels\":5,\"channels\":[\"a\"],\"resume\":null,\"resume\":{},"
                + "\"id\":{},\"id\":1,\"op\":\"ping\",\"op\":\"subscribe\"}")).isEqualTo(
                        new Subscribe(ONE, List.of("a"), 0, Map.of()));
    }

    @Test
    void ignoresUnknownFieldsHoweverNested() throws MalformedMessage {
        assertThat(
                accepted("{\"x\":{\"op\":\"auth\",\"y\":[[{\"id\":9}]]},\"op\":\"ping\",\"z\":[1,\"a\",null],\"id\":1,"
                        + "\"channels\":7,\"n\":1e999999}"))
                .isEqualTo(new Ping(ONE));
        assertThat(accepted("{\"op\":\"ping\",\"n\":" + "9".repeat(5000) + ",\"" + "k".repeat(60_000) + "\":\"" + "v"
                .repeat(60_000) + "\"}")).isEqualTo(new Ping(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3.50", "1e5", "\"\"", "\"a b\"", "\"q\\\"\\u00e9\\ud800\"", "\"ü₿😀\"",
            "12345678901234567890123456789012345678901234567890"})
    void echoesTheIdAsItWasWritten(String id) throws MalformedMessage {
        assertThat(accepted("{\"op\":\"ping\",\"id\":" + id + "}").id().json()).isEqualTo(id);
        assertThat(accepted("{ \"id\" :\t" + id + " ,\"op\":\"ping\"}").id().json()).isEqualTo(id);
        String pong = new String(MessageEncoder.encode(new ServerMessage.Pong(new CommandId(id), 1)),
                StandardCharsets.UTF_8);
        assertThat(pong).isEqualTo("{\"op\":\"pong\",\"id\":" + id + ",\"time\":1}");
    }

    @Test
    void takesAnIdOf64BytesAndRefusesOneOf65() throws MalformedMessage {
        assertThat(accepted("{\"op\":\"ping\",\"id\":\"" + "ü".repeat(32) + "\"}")).isInstanceOf(Ping.class);
        assertThat(refused("{\"op\":\"ping\",\"id\":\"" + "ü".repeat(32) + "a\"}").code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused("{\"op\":\"ping\",\"id\":" + "1".repeat(65) + "}").id()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":1}", "{\"id\":1,\"op\":null}", "{\"id\":1,\"op\":\"fly\"}",
            "{\"id\":1,\"op\":\"Ping\"}",
            "{\"id\":1,\"op\":\"subscribe\"}", "{\"op\":\"subscribe\",\"channels\":\"a\",\"id\":1}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[\"a\",1]}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[[\"a\"]]}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":null}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":{\"a\":[]}}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[\"a\"],\"resume\":null}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[\"a\"],\"resume\":{\"a\":null}}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[\"a\"],\"resume\":{\"a\":{\"b\":\"c\"}}}",
            "{\"id\":1,\"op\":\"subscribe\",\"channels\":[\"a\"],\"resume\":[\"a\"]}",
            "{\"id\":1,\"op\":\"unsubscribe\",\"channels\":[null]}", "{\"id\":1,\"op\":\"auth\"}",
            "{\"id\":1,\"op\":\"auth\",\"token\":5}", "{\"id\":1,\"op\":\"auth\",\"token\":[\"t\"]}"})
    void answersBadRequestWithTheId(String text) throws MalformedMessage {
        ServerMessage.Failure failure = refused(text);
        assertThat(failure.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(failure.id()).isEqualTo(ONE);
        assertThat(failure.message()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({"0,true", "10,true", "60000,true", "-0,true", "1,false", "9,false", "60001,false", "-10,false",
            "100.0,false", "1e3,false", "'\"250\"',false", "null,false", "[],false", "99999999999999999999,false"})
    void takesIntervalsOf0And10To60000Milliseconds(String interval, boolean taken) throws MalformedMessage {
        ParsedCommand parsed = parse("{\"op\":\"subscribe\",\"channels\":[],\"interval\":" + interval + "}");
        assertThat(parsed instanceof ParsedCommand.Accepted).isEqualTo(taken);
    }

    @Test
    void limitsChannelsAndPositionsPerCommand() throws MalformedMessage {
        assertThat(accepted("{\"op\":\"subscribe\",\"channels\":[\"a\",\"b\",\"c\"]}")).isInstanceOf(Subscribe.class);
        for (String text : List.of("{\"op\":\"subscribe\",\"channels\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"id\":1}",
                "{\"op\":\"unsubscribe\",\"channels\":[\"a\",\"b\",\"c\",\"d\"],\"id\":1}",
                "{\"op\":\"subscribe\",\"resume\":{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\"},\"channels\":[],\"id\":1}")) {
            assertThat(refused(text).code()).isEqualTo(ErrorCode.LIMIT);
            assertThat(refused(text).id()).isEqualTo(ONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "hello", "{", "{\"op\":\"ping\"", "{\"op\":\"ping\"}x", "{\"op\":\"ping\"}{}",
            "{op:\"ping\"}", "[]", "5", "null", "\"ping\"", "\ufeff{\"op\":\"ping\"}"})
    void callsAnUnreadableFrameMalformed(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void callsBadUtf8AndDeepNestingMalformed() {
        assertThatThrownBy(() -> parser.parse("{\"op\":\"p\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1))).isSameAs(
                MalformedMessage.NOT_JSON);
        assertThatThrownBy(() -> parser.parse("{\"op\":\"ping\"}".getBytes(StandardCharsets.UTF_16LE))).isSameAs(
                MalformedMessage.NOT_JSON);
        assertThatThrownBy(() -> parse("{\"op\":\"ping\",\"x\":" + "[".repeat(64) + "]".repeat(64) + "}")).isSameAs(
                MalformedMessage.NOT_JSON);
    }

    @Test
    void takesNestingUpToTheLimit() throws MalformedMessage {
        assertThat(accepted("{\"op\":\"ping\",\"x\":" + "[".repeat(63) + "]".repeat(63) + "}"))
                .isInstanceOf(Ping.class);
    }

    @Test
    void readsFromABufferWithoutMovingIt() throws MalformedMessage {
        ByteBuf text = Unpooled.copiedBuffer("xx{\"op\":\n\"ping\"}", StandardCharsets.UTF_8).skipBytes(2);
        assertThat(parser.parse(text)).isEqualTo(new ParsedCommand.Accepted(new Ping(null)));
        assertThat(text.toString(StandardCharsets.UTF_8)).isEqualTo("{\"op\":\n\"ping\"}");
        text.release();
    }

    @Test
    void readsSocketIoArguments() throws MalformedMessage {
        assertThat(parser.parseSubscribe(bytes("\"a\""))).isEqualTo(subscribed(List.of("a"), -1, Map.of()));
        assertThat(parser.parseSubscribe(bytes("[\"a\",\"b\"]")))
                .isEqualTo(subscribed(List.of("a", "b"), -1, Map.of()));
        assertThat(parser.parseSubscribe(bytes(
                "{\"interval\":10,\"channels\":[\"a\"],\"resume\":{\"a\":\"e-1\"},\"op\":\"auth\"}"))).isEqualTo(
                        subscribed(List.of("a"), 10, Map.of("a", "e-1")));
        assertThat(parser.parseUnsubscribe(bytes("\"a\""))).isEqualTo(
                new ParsedCommand.Accepted(new Unsubscribe(null, List.of("a"))));
        assertThat(parser.parseAuthenticate(bytes("\"t\""))).isEqualTo(
                new ParsedCommand.Accepted(new Authenticate(null, "t")));
        assertThat(parser.parseAuthenticate(bytes("{\"token\":\"t\"}"))).isEqualTo(
                new ParsedCommand.Accepted(new Authenticate(null, "t")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "null", "true", "{}", "[1]", "[[\"a\"]]"})
    void refusesOtherSocketIoArguments(String argument) throws MalformedMessage {
        assertThat(parser.parseSubscribe(bytes(argument))).isInstanceOf(ParsedCommand.Refused.class);
        assertThat(parser.parseUnsubscribe(bytes(argument))).isInstanceOf(ParsedCommand.Refused.class);
        assertThat(parser.parseAuthenticate(bytes(argument))).isInstanceOf(ParsedCommand.Refused.class);
    }

    @Test
    void neverThrowsAnythingElseOnMutatedCommands() {
        byte[] seed = bytes("{\"op\":\"subscribe\",\"id\":\"x\\u0041\",\"channels\":[\"a\",\"ü\"],\"interval\":250,"
                + "\"resume\":{\"a\":\"e-1\"},\"more\":{\"token\":[1.5e3,null,true]}}");
        SplittableRandom random = new SplittableRandom(6);
        int understood = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = seed.clone();
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                mutated[random.nextInt(mutated.length)] = random.nextBoolean()
                        ? (byte) random.nextInt()
                        : seed[random.nextInt(seed.length)];
            }
            try {
                assertThat(parser.parse(mutated)).isNotNull();
                understood++;
            } catch (MalformedMessage expected) {
                assertThat(expected.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            }
        }
        assertThat(understood).isPositive();
    }

    @Test
    void keepsTokensOutOfText() throws MalformedMessage {
        assertThat(parse("{\"op\":\"auth\",\"token\":\"secret\"}").toString()).doesNotContain("secret");
    }

    private static ParsedCommand subscribed(List<String> channels, int intervalMs, Map<String, String> resume) {
        return new ParsedCommand.Accepted(new Subscribe(null, channels, intervalMs, resume));
    }

    private Command accepted(String text) throws MalformedMessage {
        return ((ParsedCommand.Accepted) parse(text)).command();
    }

    private ServerMessage.Failure refused(String text) throws MalformedMessage {
        return ((ParsedCommand.Refused) parse(text)).failure();
    }

    private ParsedCommand parse(String text) throws MalformedMessage {
        return parser.parse(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
