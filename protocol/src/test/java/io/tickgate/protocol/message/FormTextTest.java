package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            abc                | abc
            a+b%20c            | a b c
            %2B%25%26%3d       | +%&=
            %C3%A9%e2%82%ac    | é€
            é                  | é
            """)
    void decodesWhatBrowsersEncode(String encoded, String text) {
        assertThat(FormText.decode(encoded)).isEqualTo(text);
    }

    @Test
    void decodesNothing() {
        assertThat(FormText.decode("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%2", "a%", "%zz", "%2g", "%-1", "%ff", "%C3"})
    void refusesWhatNobodyEncodes(String encoded) {
        assertThat(FormText.decode(encoded)).isNull();
    }
}
