package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import org.junit.jupiter.api.Test;

class QuotedTextTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    private final PayloadScanner scanner = new PayloadScanner(1);

    @Test
    void quotesAnyTextAsOneLineOfJson() {
        assertThat(text(QuotedText.of(bytes("a \"b\" \\ \r\n\t\u0001\u001f\u007f ₿ 😀")))).isEqualTo(
                "\"a \\\"b\\\" \\\\ \\r\\n\\t\\u0001\\u001f\u007f ₿ 😀\"");
        assertThat(text(QuotedText.of(new byte[]{'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82}))).isEqualTo(
                "\"a\ufffdb\ufffd\"");
        assertThat(text(QuotedText.of(new byte[0]))).isEqualTo("\"\"");
    }

    @Test
    void quotesEveryRandomTextIntoValidJson() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(20)];
            random.nextBytes(noise);
            byte[] quoted = QuotedText.of(noise);
            assertThat(scanner.scan(quoted)).isEqualTo(PayloadScanner.Outcome.OK);
            try (JsonParser parser = JACKSON.createParser(text(quoted))) {
                parser.nextToken();
                assertThat(parser.getText()).isEqualTo(text(noise));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
