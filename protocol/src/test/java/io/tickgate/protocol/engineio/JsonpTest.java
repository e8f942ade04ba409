package io.tickgate.protocol.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonpTest {

    @Test
    void letsNothingButDigitsIntoTheScript() {
        assertThat(Jsonp.index(null)).isNull();
        assertThat(Jsonp.index("3")).isEqualTo("3");
        assertThat(Jsonp.index("0](alert(1))//1")).isEqualTo("011");
        assertThat(Jsonp.index("<b>")).isEmpty();
        assertThat(Jsonp.index("1".repeat(100))).hasSize(9);
    }

    @Test
    void callsThePageWithThePayload() {
        byte[] payload = "6:4\"\\\n\u2028\u2029€</script>".getBytes(UTF_8);
        assertThat(new String(Jsonp.script("0", payload), UTF_8))
                .isEqualTo("___eio[0](\"6:4\\\"\\\\\\n\\u2028\\u2029€</script>\");");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            d=6%3A4hello            | 6:4hello
            x=1&d=6%3A4hello&y=2    | 6:4hello
            d=4a+b%2Bc%E2%82%AC     | 4a b+c€
            d=4a%5C%5Cnb            | 4a\\nb
            d=4a%5Cb                | 4a\\b
            """)
    void findsThePayloadInAForm(String form, String payload) throws EngineIoFault {
        assertThat(payloadIn(form)).isEqualTo(payload);
    }

    @Test
    void takesEscapedLineBreaksAsLineBreaks() throws EngineIoFault {
        assertThat(payloadIn("d=4a%5Cnb")).isEqualTo("4a\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d", "dd=1", "e=1&x", "d=%", "d=%zz"})
    void refusesFormsWithoutAPayload(String form) {
        assertThat(catchThrowable(() -> payloadIn(form))).isSameAs(EngineIoFault.BAD_CONTENT);
    }

    private static String payloadIn(String form) throws EngineIoFault {
        return Jsonp.payloadIn(Unpooled.copiedBuffer(form, UTF_8)).toString(UTF_8);
    }
}
