package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.protocol.message.ServerMessage.Authenticated;
import io.tickgate.protocol.message.ServerMessage.Failure;
import io.tickgate.protocol.message.ServerMessage.Gap;
import io.tickgate.protocol.message.ServerMessage.Goaway;
import io.tickgate.protocol.message.ServerMessage.Heartbeat;
import io.tickgate.protocol.message.ServerMessage.Joined;
import io.tickgate.protocol.message.ServerMessage.Pong;
import io.tickgate.protocol.message.ServerMessage.Refused;
import io.tickgate.protocol.message.ServerMessage.Status;
import io.tickgate.protocol.message.ServerMessage.Subscribed;
import io.tickgate.protocol.message.ServerMessage.Unsubscribed;
import io.tickgate.protocol.message.ServerMessage.Welcome;

class MessageEncoderTest {
    private static final CommandId ONE = CommandId.of(1);
    private static final Joined PLAIN = new Joined("order:42", "k3x9", 5, 0, false, null, true);

    static Stream<Arguments> contractVectors() {
        Map<String, Integer> limits = new LinkedHashMap<>();
        limits.put("channels", 256);
        limits.put("subscriptions", 1024);
        return Stream.of(arguments(new Welcome("s1", 25000, "42", 9L, List.of("user:42"), limits), """
                {"op":"welcome","session":"s1","heartbeat":25000,"user":"42","expires":9,"channels":["user:42"],\
                "limits":{"channels":256,"subscriptions":1024}}"""), arguments(
                new Welcome("s1", 25000, null, 0, List.of(), Map.of()),
                "{\"op\":\"welcome\",\"session\":\"s1\",\"heartbeat\":25000,\"channels\":[],\"limits\":{}}"),
                arguments(new Subscribed(ONE, List.of(new Joined("price:BTC-USD", "k3x9", 122, 0, true, true, true)),
                        List.of(new Refused("order:7", ErrorCode.FORBIDDEN, "not yours"))), """
                                {"op":"subscribed","id":1,"channels":[{"channel":"price:BTC-USD","epoch":"k3x9",\
                                "seq":122,"position":"k3x9-122","interval":0,"snapshot":true,"recovered":true}],\
                                "refused":[{"channel":"order:7","code":"forbidden","message":"not yours"}]}"""),
                arguments(new Subscribed(null, List.of(PLAIN), List.of()), """
                        {"op":"subscribed","channels":[{"channel":"order:42","epoch":"k3x9","seq":5,\
                        "position":"k3x9-5","interval":0}]}"""),
                arguments(new Subscribed(ONE, List.of(new Joined("log:a", "e", 0, 250, false, false, false)),
                        List.of()), """
                                {"op":"subscribed","id":1,"channels":[{"channel":"log:a","epoch":"e","seq":0,\
                                "position":"e-0","interval":250,"recovered":false,"live":false}]}"""),
                arguments(new Unsubscribed(new CommandId("\"a\""), List.of("order:42"), null),
                        "{\"op\":\"unsubscribed\",\"id\":\"a\",\"channels\":[\"order:42\"]}"),
                arguments(new Unsubscribed(null, List.of("order:42"), "token_expired"),
                        "{\"op\":\"unsubscribed\",\"channels\":[\"order:42\"],\"reason\":\"token_expired\"}"),
                arguments(new Authenticated(ONE, "42", 1763712000000L, List.of("user:42")), """
                        {"op":"authenticated","id":1,"user":"42","expires":1763712000000,"channels":["user:42"]}"""),
                arguments(new Pong(new CommandId("3.5"), 8), "{\"op\":\"pong\",\"id\":3.5,\"time\":8}"),
                arguments(new Failure(null, ErrorCode.LIMIT, "too many"),
                        "{\"op\":\"error\",\"code\":\"limit\",\"message\":\"too many\"}"),
                arguments(new Gap("order:42", 5, 9, GapReason.SLOW),
                        "{\"op\":\"gap\",\"channel\":\"order:42\",\"from\":5,\"to\":9,\"reason\":\"slow\"}"),
                arguments(new Gap("order:42", 0, 0, GapReason.EPOCH),
                        "{\"op\":\"gap\",\"channel\":\"order:42\",\"reason\":\"epoch\"}"),
                arguments(new Status(false, 5), "{\"op\":\"status\",\"upstream\":\"down\",\"since\":5}"),
                arguments(new Status(true, 0), "{\"op\":\"status\",\"upstream\":\"up\"}"),
                arguments(new Heartbeat(4), "{\"op\":\"heartbeat\",\"time\":4}"),
                arguments(new Goaway("drain", 1234), "{\"op\":\"goaway\",\"reason\":\"drain\",\"retry\":1234}"));
    }

    @ParameterizedTest
    @MethodSource("contractVectors")
    void saysItAsTheContractShows(ServerMessage message, String json) {
        assertThat(text(MessageEncoder.encode(message))).isEqualTo(json);
    }

    static Stream<Arguments> acknowledgements() {
        return Stream.of(arguments(new Subscribed(ONE, List.of(PLAIN), List.of()), """
                {"ok":true,"channels":[{"channel":"order:42","epoch":"k3x9","seq":5,"position":"k3x9-5",\
                "interval":0}]}"""), arguments(
                new Subscribed(null, List.of(), List.of(new Refused("x", ErrorCode.BAD_CHANNEL, "no"))), """
                        {"ok":true,"channels":[],"refused":[{"channel":"x","code":"bad_channel","message":"no"}]}"""),
                arguments(new Unsubscribed(null, List.of("a"), null), "{\"ok\":true,\"channels\":[\"a\"]}"),
                arguments(new Authenticated(null, "42", 7, List.of()),
                        "{\"ok\":true,\"user\":\"42\",\"expires\":7,\"channels\":[]}"),
                arguments(new Pong(ONE, 7), "{\"ok\":true,\"time\":7}"),
                arguments(new Failure(ONE, ErrorCode.UNAUTHORIZED, "no token"),
                        "{\"ok\":false,\"code\":\"unauthorized\",\"message\":\"no token\"}"));
    }

    @ParameterizedTest
    @MethodSource("acknowledgements")
    void acknowledgesOnSocketIo(ServerMessage.Answer answer, String json) {
        assertThat(text(MessageEncoder.encodeAck(answer))).isEqualTo(json);
    }

    @Test
    void echoesHostileChannelNamesAsSafeJsonOnOneLine() {
        String json = text(MessageEncoder.encode(new Subscribed(null, List.of(),
                List.of(new Refused("a\"\\\r\n\u0000\ud800b₿😀", ErrorCode.BAD_CHANNEL, "no")))));
        assertThat(json).contains("\"a\\\"\\\\\\r\\n\\u0000?b₿😀\"").doesNotContain("\n", "\r");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void tellsSocketIoClientsOfTheirSession() {
        assertThat(MessageEncoder.encodeConnected(new Welcome("s1", 25000, "42", 9L, List.of("user:42"), Map.of())))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"session\":\"s1\",\"user\":\"42\",\"channels\":[\"user:42\"]}");
        assertThat(MessageEncoder.encodeConnected(new Welcome("s1", 25000, null, 0, List.of(), Map.of())))
                .asString(StandardCharsets.UTF_8).isEqualTo("{\"session\":\"s1\",\"channels\":[]}");
    }
}
