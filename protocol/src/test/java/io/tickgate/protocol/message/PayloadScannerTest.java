package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.PayloadScanner.Outcome;

class PayloadScannerTest {
    private static final JsonFactory JACKSON = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(1000).maxNumberLength(10_000).build()).build();

    private final PayloadScanner scanner = new PayloadScanner(64);

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1", "-12.5e+7", "1E9", "0.0", "\"\"", "\"a\\u00e9\\n\\/\\b\\f\\r\\t\\\"\\\\\"",
            "true", "false", "null", "{}", "[]", " [ ] ", "\t{ \"a\" : [ 1 , { } , \"x\" ] , \"b\" : null } ",
            "[[],[[]],{\"a\":{}}]", "\"ümläut ₿ 😀\"", "\"\u007f\"", "\"\\ud800\"", "{\"a\":1,\"a\":2}"})
    void takesValidJson(String json) {
        assertThat(scan(json)).isEqualTo(Outcome.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "{", "[", "\"", "\"abc", "{]", "[}", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{,}", "[,1]", "{a:1}", "{'a':1}", "01", "-", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10", "NaN",
            "Infinity",
            "tru", "truer", "nul", "True", "1 2", "{} {}", "[] x", "1,", "]", "}", ":", ",", "\"\\x\"", "\"\\u12g4\"",
            "\"\\u12\"", "\"a\nb\"", "\"a\tb\"", "\"\u0000\"", "\"\u001f\"", "/*c*/1", "1//c", "[1 2]", "{\"a\" 1}",
            "{\"a\":1 \"b\":2}",
            "\ufeff1", "1\u0000", "\u00a01", "\"\\", "[1", "[1,", "{\"a\":1", "{\"a\":"})
    void refusesWhatIsNotJson(String text) {
        assertThat(scan(text)).isEqualTo(Outcome.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t "})
    void refusesAnEmptyPayload(String text) {
        assertThat(scan(text)).isEqualTo(Outcome.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "c1bf", "eda080", "f4908080", "f880808080", "80", "ff", "e282", "e28241", "f09f98"})
    void refusesMalformedUtf8(String hex) {
        byte[] payload = new byte[hex.length() / 2 + 2];
        payload[0] = '"';
        payload[payload.length - 1] = '"';
        for (int i = 0; i < hex.length() / 2; i++) {
            payload[i + 1] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
        }
        assertThat(scanner.scan(payload)).isEqualTo(Outcome.NOT_UTF8);
        assertThat(scanner.scan(Arrays.copyOf(payload, payload.length - 1))).isNotEqualTo(Outcome.OK);
    }

    @Test
    void refusesNestingBeyondTheLimit() {
        PayloadScanner shallow = new PayloadScanner(3);
        assertThat(shallow.scan(bytes("[[[1]],{\"a\":[]}]"))).isEqualTo(Outcome.OK);
        assertThat(shallow.scan(bytes("[[[[1]]]]"))).isEqualTo(Outcome.TOO_DEEP);
        assertThat(shallow.scan(bytes("{\"a\":[{\"b\":{}}]}"))).isEqualTo(Outcome.TOO_DEEP);
        assertThat(shallow.scan(bytes("[]"))).isEqualTo(Outcome.OK);
        assertThat(scan("[".repeat(1_000_000))).isEqualTo(Outcome.TOO_DEEP);
    }

    @Test
    void makesLineBreaksBetweenTokensSpacesAndTouchesNothingElse() {
        byte[] payload = bytes("\n{\r\n\t\"a\\n\" :\n[1,\r2]\n}\r\n");
        assertThat(scanner.scan(payload)).isEqualTo(Outcome.OK);
        assertThat(text(payload)).isEqualTo(" {  \t\"a\\n\" : [1, 2] }  ");
    }

    @Test
    void leavesTextThatIsNotJsonAsItWas() {
        byte[] payload = bytes("1\nline two\r\n");
        assertThat(scanner.scan(payload)).isEqualTo(Outcome.NOT_JSON);
        assertThat(text(payload)).isEqualTo("1\nline two\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"ts\":1763712000000}|1763712000000000000",
            "{\"a\":[1],\"ts\" : 5 ,\"b\":{}}|5000000", "{\"tsNanos\":1763712000000000001}|1763712000000000001",
            "{\"tsNanos\":7,\"ts\":1}|7", "{\"ts\":1,\"tsNanos\":7}|7", "{\"ts\":1,\"ts\":2}|2000000",
            "{\"ts\":-1}|-1000000",
            "{\"ts\":0}|0", "{\"ts\":9223372036854}|9223372036854000000",
            "{\"tsNanos\":9223372036854775807}|9223372036854775807"})
    void readsThePublishersTime(String json, long nanos) {
        assertThat(scan(json)).isEqualTo(Outcome.OK);
        assertThat(scanner.publishedAtNanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "5", "[\"ts\",1]", "{\"ts\":\"1\"}", "{\"ts\":1.0}", "{\"ts\":1e3}", "{\"ts\":null}",
            "{\"ts\":[1]}", "{\"a\":{\"ts\":1}}", "{\"Ts\":1}", "{\"t\":1}", "{\"ts \":1}", "{\"ts\":9223372036855}",
            "{\"tsNanos\":9223372036854775808}", "{\"tsNanos\":9999999999999999999}",
            "{\"tsNanos\":-9223372036854775809}", "{\"tsNanos\":99999999999999999999}", "{\"ts\":1,\"ts\":\"x\"}",
            "[{\"ts\":1}]", "{\"ts\":{\"a\":1}}", "{\"tsNanos\":18446744073709551617}"})
    void readsNoTimeWhereThereIsNoTopLevelInteger(String json) {
        scan("{\"ts\":1,\"tsNanos\":2}");
        assertThat(scan(json)).isEqualTo(Outcome.OK);
        assertThat(scanner.publishedAtNanos()).isEqualTo(PayloadScanner.NO_TIME);
    }

    @Test
    void agreesWithJacksonOnMutatedDocuments() {
        String[] seeds = {"{\"symbol\":\"BTC-USD\",\"price\":50000.12,\"ts\":1763712000000,\"x\":[1,-2e5,true,null]}",
                "[{\"a\":\"\\u00e9\\n\"},{},[],\"long string without any escape\",0.5,false]", "\"text\"", "-12.75E-3"};
        String alphabet = "{}[]\",:\\ue+-.0159 \n\ttfn/a";
        SplittableRandom random = new SplittableRandom(3);
        int valid = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int edits = random.nextInt(4); edits > 0 && !text.isEmpty(); edits--) {
                int at = random.nextInt(text.length());
                char letter = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, letter);
                    case 1 -> text.insert(at, letter);
                    default -> text.deleteCharAt(at);
                }
            }
            boolean expected = jacksonTakes(text.toString());
            assertThat(scan(text.toString()) == Outcome.OK).as(text.toString()).isEqualTo(expected);
            valid += expected ? 1 : 0;
        }
        assertThat(valid).isBetween(4_000, 16_000);
    }

    @Test
    void neverThrowsOnRandomBytes() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(12)];
            random.nextBytes(noise);
            assertThat(scanner.scan(noise)).isNotNull();
        }
    }

    private static boolean jacksonTakes(String text) {
        try (JsonParser parser = JACKSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException refused) {
            return false;
        }
    }

    private Outcome scan(String text) {
        return scanner.scan(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
