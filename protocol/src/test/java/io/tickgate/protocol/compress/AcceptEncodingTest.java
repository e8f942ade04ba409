package io.tickgate.protocol.compress;

import static io.tickgate.protocol.compress.Coding.BROTLI;
import static io.tickgate.protocol.compress.Coding.GZIP;
import static io.tickgate.protocol.compress.Coding.IDENTITY;
import static io.tickgate.protocol.compress.Coding.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTest {
    private static final List<Coding> ALL = List.of(ZSTD, BROTLI, GZIP);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gzip, deflate, br, zstd             | ZSTD
            gzip, deflate, br                   | BROTLI
            gzip, deflate                       | GZIP
            deflate, compress                   | IDENTITY
            gzip                                | GZIP
            x-gzip                              | GZIP
            GZip;Q=0.5                          | GZIP
            gzip;q=1.0, br;q=0.9, zstd;q=0.8    | GZIP
            gzip;q=0.501, br;q=0.502            | BROTLI
            gzip ; q=0.2 , br ;\tq=0.3          | BROTLI
            gzip;q=1, br;q=1.000                | BROTLI
            *                                   | ZSTD
            zstd;q=0, *                         | BROTLI
            br;q=0.5, *;q=0.4                   | BROTLI
            br;q=0.2, *;q=0.4                   | ZSTD
            gzip;q=0.3, zstd;q=0, br;q=0, *;q=1 | IDENTITY
            identity                            | IDENTITY
            identity, gzip;q=0.5                | IDENTITY
            identity;q=0.5, gzip;q=0.5          | GZIP
            identity;q=0.5, *                   | ZSTD
            identity;q=0, gzip;q=0.1            | GZIP
            gzip;q=0.001                        | GZIP
            ,, gzip ,                           | GZIP
            gzip;q=0, gzip                      | GZIP
            zstd-2, brr, gzi, gzipp             | IDENTITY
            """)
    void takesWhatTheClientTakesMostGladlyAndOfEqualsWhatTheServerPrefers(String header, Coding expected) {
        assertThat(AcceptEncoding.choose(header, ALL)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "gzip;q=0", "*;q=0", "identity;q=0", "gzip;q=0.000, identity;q=0, *;q=0"})
    void givesWhatIsRefusedAsItIs(String header) {
        assertThat(AcceptEncoding.choose(header, ALL)).isEqualTo(IDENTITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip;", "gzip;q", "gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=.5",
            "gzip;q=-1", "gzip;q=0,5;q=1", "gzip;q=0x1", "gzip;q=1e0", "gzip;q=0.5;q=0.6", "gzip;level=9", "gzip br",
            "gzip;;q=1", ";q=1", "\"gzip\"", "gzip; q = 1", "gzip\u0000", "gzıp", "gzip, br;q=high"})
    void reliesOnNothingThatBreaksTheGrammar(String header) {
        assertThat(AcceptEncoding.choose(header, List.of(GZIP))).isEqualTo(IDENTITY);
    }

    @Test
    void takesAnAbsentHeaderForAClientThatKnowsNone() {
        assertThat(AcceptEncoding.choose(null, ALL)).isEqualTo(IDENTITY);
    }

    @Test
    void followsAnotherOrderOfPreference() {
        assertThat(AcceptEncoding.choose("gzip, deflate, br, zstd", List.of(GZIP, BROTLI))).isEqualTo(GZIP);
        assertThat(AcceptEncoding.choose("br, zstd", List.of(GZIP))).isEqualTo(IDENTITY);
        assertThat(AcceptEncoding.choose("gzip", List.of())).isEqualTo(IDENTITY);
    }

    @Test
    void readsNoMoreThanItsBound() {
        String longest = "gzip" + ",".repeat(AcceptEncoding.MAX_CHARACTERS - 4);
        assertThat(AcceptEncoding.choose(longest, ALL)).isEqualTo(GZIP);
        assertThat(AcceptEncoding.choose(longest + ",", ALL)).isEqualTo(IDENTITY);
        assertThat(AcceptEncoding.choose("gzip;q=0." + "1".repeat(1_000_000), ALL)).isEqualTo(IDENTITY);
    }
}
