package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishRequestTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "-0.50e+1", "0", "true", "null", "\"\"", "\"x\"", "\"ü₿😀\\u00e9\\\"}\"", "{}", "[]",
            "{ \"b\" :  [1 ,{\"channel\":\"no\"} ] }", "[ ]",
            "\"a very long string that is not interned anywhere, ₿₿₿\""})
    void slicesTheDataOutByteForByte(String data) throws MalformedMessage {
        for (String body : List.of("{\"channel\":\"a:b\",\"data\":" + data + "}",
                "{\"data\": " + data + " , \"channel\":\"a:b\"}", " {\"ü\":1,\"data\":" + data
                        + ",\"x\":[{}],\"channel\":\"a:b\"} ",
                "{\"messages\":[{\"data\":" + data
                        + ",\"channel\":\"a:b\"}]}")) {
            assertThat(described(body, 1)).containsExactly("a:b=" + data);
        }
    }

    @Test
    void keepsTheOrderAndRefusesOnlyWhatLacksSomething() throws MalformedMessage {
        assertThat(described("""
                {"messages":[{"channel":"a","data":1},{"channel":"b"},{"data":2},{"channel":5,"data":3},7,null,[],
                {"channel":"c","data":{"x":[]}},{}]}""", 9)).containsExactly("a=1", "bad_request", "bad_request",
                "bad_request", "bad_request", "bad_request", "bad_request", "c={\"x\":[]}", "bad_request");
        assertThat(described("{}", 1)).containsExactly("bad_request");
        assertThat(described("{\"messages\":[]}", 1)).isEmpty();
    }

    @Test
    void takesTheLastOfDuplicates() throws MalformedMessage {
        assertThat(described("{\"channel\":\"a\",\"data\":1,\"channel\":\"b\",\"data\":22}", 1))
                .containsExactly("b=22");
        assertThat(described("{\"channel\":\"a\",\"data\":1,\"channel\":{\"channel\":\"x\"}}", 1)).containsExactly(
                "bad_request");
    }

    @Test
    void limitsTheMessagesOfOneRequest() throws MalformedMessage {
        assertThat(described("{\"messages\":[{},{}]}", 2)).hasSize(2);
        assertThatThrownBy(() -> described("{\"messages\":[{},{},{}]}", 2))
                .isSameAs(MalformedMessage.TOO_MANY_MESSAGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "5", "{", "{\"channel\":\"a\",\"data\":}", "{\"channel\":\"a\",\"data\":1}x",
            "{\"messages\":{}}", "{\"messages\":null}", "{\"channel\":\"a\",\"data\":01}"})
    void refusesABodyThatIsNoRequest(String body) {
        assertThatThrownBy(() -> described(body, 9)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void handsOutNothingButValidPayloadsFromMutatedBodies() {
        byte[] seed = bytes(
                "{\"messages\":[{\"channel\":\"a\",\"data\":{\"x\":[1,2.5,\"ü\"]}},{\"data\":\"\\n\",\"channel\":\"b\"}]}");
        PayloadScanner scanner = new PayloadScanner(64);
        SplittableRandom random = new SplittableRandom(7);
        int payloads = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = seed.clone();
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                mutated[random.nextInt(mutated.length)] = seed[random.nextInt(seed.length)];
            }
            try {
                for (PublishRequest.Entry entry : PublishRequest.parse(mutated, 5).entries()) {
                    if (entry instanceof PublishRequest.Message message) {
                        assertThat(scanner.scan(message.payload())).isEqualTo(PayloadScanner.Outcome.OK);
                        payloads++;
                    }
                }
            } catch (MalformedMessage expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        assertThat(payloads).isPositive();
    }

    private static List<String> described(String body, int maxMessages) throws MalformedMessage {
        return PublishRequest.parse(bytes(body), maxMessages).entries().stream().map(entry -> switch (entry) {
            case PublishRequest.Message message -> message.channel() + "="
                    + new String(message.payload(), StandardCharsets.UTF_8);
            case PublishRequest.Refused refused -> refused.code().word();
        }).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
