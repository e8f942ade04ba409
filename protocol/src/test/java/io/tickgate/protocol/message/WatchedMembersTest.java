package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.PayloadScanner.Outcome;

class WatchedMembersTest {
    private static final JsonFactory JACKSON = new JsonFactory();
    private static final byte[] SEQ = bytes("seq");
    private static final byte[] KEY = bytes("key");

    private final PayloadScanner scanner = new PayloadScanner(64);

    /** What a payload says of itself. */
    private record Members(long sequence, String key, long publishedAtNanos) {
        static final Members NONE = new Members(PayloadScanner.NO_SEQUENCE, null, PayloadScanner.NO_TIME);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"seq\":1}|1", "{\"seq\":0}|0", "{\"seq\":-0}|0",
            "{\"a\":[7],\"seq\" : 42 ,\"b\":{\"c\":1}}|42", "{\"seq\":9223372036854775807}|9223372036854775807",
            "{\"seq\":1,\"seq\":2}|2", "{\"seq\":\"x\",\"seq\":2}|2", "{\"seq\":-1,\"seq\":2}|2",
            "{\"seq\":5,\"a\":{\"seq\":6}}|5", "{\"a\":{\"seq\":6},\"seq\":5}|5", "{\"seq\":5,\"\\u0073eq\":6}|5",
            "{\"\\u0073eq\":6,\"seq\":5}|5", "{\"a\":\"seq\",\"seq\":5}|5", "{\"seq\":5,\"a\":6}|5",
            "{\"seq\":5,\"seqs\":6,\"se\":7}|5"})
    void findsTheSequence(String json, long sequence) {
        assertThat(scan(json).sequence()).isEqualTo(sequence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "5", "\"seq\"", "[\"seq\",1]", "[{\"seq\":1}]", "{\"a\":{\"seq\":1}}",
            "{\"a\":[{\"seq\":1}]}", "{\"seq\":-1}", "{\"seq\":-7}", "{\"seq\":-9223372036854775808}",
            "{\"seq\":-9223372036854775809}", "{\"seq\":9999999999999999999}", "{\"seq\":1.0}", "{\"seq\":1e3}",
            "{\"seq\":1E0}", "{\"seq\":\"1\"}", "{\"seq\":null}", "{\"seq\":true}", "{\"seq\":[1]}",
            "{\"seq\":{\"seq\":1}}", "{\"Seq\":1}", "{\"seq \":1}", "{\"\\u0073eq\":1}",
            "{\"seq\":9223372036854775808}",
            "{\"seq\":18446744073709551617}", "{\"seq\":99999999999999999999}", "{\"seq\":1,\"seq\":null}",
            "{\"seq\":1,\"seq\":9223372036854775808}", "{\"seq\":1,\"seq\":{}}", "{\"seq\":1,\"seq\":1.5}"})
    void findsNoSequenceWhereNoUsableIntegerStandsAtTheTop(String json) {
        scan("{\"seq\":77}");
        assertThat(scan(json).sequence()).isEqualTo(PayloadScanner.NO_SEQUENCE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"key\":\"BTC-USD\"}|BTC-USD", "{\"key\":\"\"}|``",
            "{\"key\":7}|7", "{\"key\":-1.50e+3}|-1.50e+3", "{\"key\":99999999999999999999}|99999999999999999999",
            "{\"key\":\"ümläut ₿ 😀\"}|ümläut ₿ 😀", "{\"key\":\"a\\u00e9\\n\\\"\\\\\"}|a\\u00e9\\n\\\"\\\\",
            "{\"key\":\"a\",\"key\":\"b\"}|b", "{\"key\":null,\"key\":\"b\"}|b", "{\"key\":\"a\",\"b\":\"c\"}|a",
            "{\"x\":{\"key\":\"b\"},\"key\":\"a\",\"y\":[{\"key\":\"c\"}]}|a",
            "{\"x\":\"key\",\"key\":\"a\"}|a", "{\"key\":\"a\",\"k\\u0065y\":\"b\"}|a", "{\"key\":\"key\"}|key"})
    void findsTheConflationKey(String json, String key) {
        assertThat(scan(json).key()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "5", "\"key\"", "[\"key\",\"a\"]", "[{\"key\":\"a\"}]", "{\"a\":{\"key\":\"a\"}}",
            "{\"key\":null}", "{\"key\":true}", "{\"key\":false}", "{\"key\":[\"a\"]}", "{\"key\":{\"key\":\"a\"}}",
            "{\"KEY\":\"a\"}", "{\"k\\u0065y\":\"a\"}", "{\"key\":\"a\",\"key\":null}",
            "{\"key\":\"a\",\"key\":{\"a\":\"b\"}}", "{\"a\":\"key\"}"})
    void findsNoConflationKeyWhereNoStringOrNumberStandsAtTheTop(String json) {
        scan("{\"key\":\"before\"}");
        assertThat(scan(json).key()).isNull();
    }

    @Test
    void findsMembersAmongSpacesAndLineBreaks() {
        assertThat(scan(" {\n\"key\"\r:\t\"a b\" ,\r\n \"seq\" :\n 3\n} "))
                .isEqualTo(new Members(3, "a b", PayloadScanner.NO_TIME));
    }

    @Test
    void takesALongKeyForNone() {
        String longest = "₿".repeat(21) + "x";
        assertThat(scan("{\"key\":\"" + longest + "\"}").key()).isEqualTo(longest);
        assertThat(scan("{\"key\":\"" + longest + "x\"}").key()).isNull();
        assertThat(scan("{\"key\":\"a\",\"key\":\"" + longest + "x\"}").key()).isNull();
        assertThat(scan("{\"key\":" + "1".repeat(64) + "}").key()).hasSize(64);
        assertThat(scan("{\"key\":" + "1".repeat(65) + "}").key()).isNull();
    }

    @Test
    void findsNothingThatIsNotAskedFor() {
        byte[] payload = bytes("{\"seq\":5,\"key\":\"a\",\"ts\":1}");
        scan("{\"seq\":77,\"key\":\"before\"}");
        scanner.scan(payload);
        assertThat(found()).isEqualTo(new Members(PayloadScanner.NO_SEQUENCE, null, 1_000_000));
        scanner.scan(payload, SEQ, null);
        assertThat(found()).isEqualTo(new Members(5, null, 1_000_000));
        scanner.scan(payload, null, KEY);
        assertThat(found()).isEqualTo(new Members(PayloadScanner.NO_SEQUENCE, "a", 1_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"ts\":7}", "{\"ts\":\"x\",\"ts\":7}"})
    void letsOneMemberBeSeveralThings(String json) {
        byte[] ts = bytes("ts");
        assertThat(scanner.scan(bytes(json), ts, ts)).isEqualTo(Outcome.OK);
        assertThat(found()).isEqualTo(new Members(7, "7", 7_000_000));
        byte[] nanos = bytes("tsNanos");
        assertThat(scanner.scan(bytes("{\"tsNanos\":8,\"ts\":9}"), nanos, nanos)).isEqualTo(Outcome.OK);
        assertThat(found()).isEqualTo(new Members(8, "8", 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"seq\":5,\"key\":\"a\",\"ts\":1", "{\"seq\":5,\"key\":\"a\",\"ts\":1} x",
            "{\"seq\":5,\"ts\":1,\"key\":\"a"})
    void takesNoWordOfAPayloadThatIsNotValid(String text) {
        assertThat(scanner.scan(bytes(text), SEQ, KEY)).isEqualTo(Outcome.NOT_JSON);
        assertThat(found()).isEqualTo(Members.NONE);
    }

    @Test
    void keepsTheKeyWhenThePayloadsBytesChangeAfterwards() {
        byte[] payload = bytes("{\"key\":\"abc\"}");
        scanner.scan(payload, SEQ, KEY);
        payload[8] = 'z';
        assertThat(scanner.conflationKey()).isEqualTo("abc");
    }

    @Test
    void agreesWithJacksonOnMutatedObjects() throws IOException {
        String[] seeds = {"{\"seq\":1763712000,\"key\":\"BTC-USD\",\"ts\":1763712000000}",
                "{\"a\":{\"seq\":1,\"key\":2},\"key\":-12.50e3,\"seq\":9223372036854775807,\"b\":[\"key\",\"seq\"]}",
                "{\"key\":\"₿\\u00e9\\n\",\"seq\":0,\"key\":\"" + "k".repeat(62) + "\",\"seq\":12}",
                "[{\"seq\":1,\"key\":\"a\"}]", "{\"seq\":5,\"seq\":-5,\"key\":null,\"key\":{}}"};
        String[] pieces = {"{", "}", "[", "]", "\"", ",", ":", "\\", "-", "0", "7", ".", "e", "k", "seq", "key",
                "\"seq\":", "\"key\":", "null,", "3,", "\"x\",", "₿", " ", "9999"};
        SplittableRandom random = new SplittableRandom(6);
        int sequences = 0;
        int keys = 0;
        for (int i = 0; i < 40_000; i++) {
            String text = mutated(seeds[random.nextInt(seeds.length)], pieces, random);
            if (scanner.scan(bytes(text), SEQ, KEY) != Outcome.OK) {
                continue;
            }
            Members expected = asJacksonReads(text);
            assertThat(scanner.sequence()).as(text).isEqualTo(expected.sequence());
            assertThat(unescaped(scanner.conflationKey())).as(text).isEqualTo(expected.key());
            sequences += expected.sequence() == PayloadScanner.NO_SEQUENCE ? 0 : 1;
            keys += expected.key() == null ? 0 : 1;
        }
        assertThat(sequences).isGreaterThan(5_000);
        assertThat(keys).isGreaterThan(5_000);
    }

    private static String mutated(String seed, String[] pieces, SplittableRandom random) {
        StringBuilder text = new StringBuilder(seed);
        for (int edits = random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            if (random.nextInt(3) == 0 && at < text.length()) {
                text.deleteCharAt(at);
            } else {
                text.insert(at, pieces[random.nextInt(pieces.length)]);
            }
        }
        return text.toString();
    }

    /** The key as Jackson understands it: without escapes. */
    private static Members asJacksonReads(String text) throws IOException {
        long sequence = PayloadScanner.NO_SEQUENCE;
        String key = null;
        try (JsonParser parser = JACKSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Members.NONE;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int nameAt = (int) parser.currentTokenLocation().getCharOffset();
                JsonToken value = parser.nextToken();
                int valueAt = (int) parser.currentTokenLocation().getCharOffset();
                if (text.startsWith("\"seq\"", nameAt)) {
                    boolean usable = value == JsonToken.VALUE_NUMBER_INT && parser.getBigIntegerValue().signum() >= 0
                            && parser.getBigIntegerValue().compareTo(BigInteger.valueOf(Long.MAX_VALUE)) <= 0;
                    sequence = usable ? parser.getLongValue() : PayloadScanner.NO_SEQUENCE;
                } else if (text.startsWith("\"key\"", nameAt)) {
                    boolean isText = value == JsonToken.VALUE_STRING || value.isNumeric();
                    key = isText ? parser.getText() : null;
                    parser.finishToken();
                    int quotes = value == JsonToken.VALUE_STRING ? 2 : 0;
                    int end = (int) parser.currentLocation().getCharOffset();
                    int length = bytes(text.substring(valueAt, end)).length - quotes;
                    key = length > PayloadScanner.MAX_KEY_BYTES ? null : key;
                }
                parser.skipChildren();
            }
        }
        return new Members(sequence, key, PayloadScanner.NO_TIME);
    }

    private static String unescaped(String raw) throws IOException {
        if (raw == null) {
            return null;
        }
        try (JsonParser parser = JACKSON.createParser("\"" + raw + "\"")) {
            parser.nextToken();
            return parser.getText();
        }
    }

    private Members scan(String json) {
        assertThat(scanner.scan(bytes(json), SEQ, KEY)).isEqualTo(Outcome.OK);
        return found();
    }

    private Members found() {
        return new Members(scanner.sequence(), scanner.conflationKey(), scanner.publishedAtNanos());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
