package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermessageDeflateTest {
    private static final String NO_WINDOW = "permessage-deflate; client_no_context_takeover";
    private static final String NO_TAKEOVER = NO_WINDOW + "; server_no_context_takeover";
    private static final String WINDOW = "permessage-deflate; client_max_window_bits=10";

    private static PermessageDeflate agree(String... headers) {
        return PermessageDeflate.agree(List.of(headers));
    }

    /** OkHttp's, Firefox's and Safari's first; one who offers it is told the same; zlib has no raw window of 8 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate", "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; client_max_window_bits; client_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=10",
            "permessage-deflate;client_max_window_bits=8", "permessage-deflate;client_max_window_bits=\"8\"",
            "\t permessage-deflate\t ", ", ,permessage-deflate,,"})
    void keepsNoWindowOfTheClient(String offer) {
        assertThat(agree(offer)).isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW));
    }

    /** Chromium's, npm ws's, Python's and Netty's first. */
    @ParameterizedTest
    @CsvSource({"client_max_window_bits,10", "client_max_window_bits=15,10", "client_max_window_bits=11,10",
            "client_max_window_bits=10,10", "client_max_window_bits=\"10\",10", "' client_max_window_bits = 12 ',10",
            "client_max_window_bits=9,9"})
    void keepsASmallWindowOfAClientThatLetsItBeCapped(String parameter, int bits) {
        assertThat(agree("permessage-deflate;" + parameter)).isEqualTo(
                new PermessageDeflate(true, 1 << bits, "permessage-deflate; client_max_window_bits=" + bits));
    }

    @Test
    void forgoesTheServersContextIfAsked() {
        assertThat(agree("permessage-deflate; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, 0, NO_TAKEOVER));
        assertThat(agree("permessage-deflate; client_max_window_bits; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, 1_024, WINDOW + "; server_no_context_takeover"));
        assertThat(agree("permessage-deflate; client_max_window_bits; server_no_context_takeover; "
                + "client_no_context_takeover")).isEqualTo(new PermessageDeflate(false, 0, NO_TAKEOVER));
    }

    @Test
    void echoesACapThatIsNone() {
        String capped = "; server_max_window_bits=15";
        assertThat(agree("permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW + capped));
        assertThat(agree("permessage-deflate; server_max_window_bits=\"1\\5\"; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, 0, NO_TAKEOVER + capped));
        assertThat(agree("permessage-deflate; client_max_window_bits=9; server_max_window_bits=15"))
                .isEqualTo(new PermessageDeflate(true, 512, "permessage-deflate; client_max_window_bits=9" + capped));
    }

    /** Netty's, without and with JZlib, and told to allow it: the first fails at whatever says a word of the client's window. */
    @Test
    void tellsNettyNothingUnasked() {
        String rest = ",deflate-frame,x-webkit-deflate-frame";
        assertThat(agree("permessage-deflate" + rest)).isNull();
        assertThat(agree("deflate-frame", "permessage-deflate; server_no_context_takeover")).isNull();
        assertThat(agree("permessage-deflate;client_max_window_bits" + rest))
                .isEqualTo(new PermessageDeflate(true, 1_024, WINDOW));
        assertThat(agree("permessage-deflate;client_no_context_takeover" + rest))
                .isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            // Smaller windows than the shared one, and values that RFC 7692 §7.1.2.1 does not have.
            "server_max_window_bits=8", "server_max_window_bits=14", "server_max_window_bits",
            "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=015",
            "server_max_window_bits=+15", "server_max_window_bits=\"14\"",
            // §7.1.2.2
            "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
            "client_max_window_bits=x", "client_max_window_bits=4294967304",
            // §7.1.1
            "server_no_context_takeover=true", "client_no_context_takeover=1", "server_no_context_takeover=\"a\"",
            // Twice, and unknown.
            "server_no_context_takeover; server_no_context_takeover",
            "client_no_context_takeover; client_no_context_takeover",
            "server_max_window_bits=15; server_max_window_bits=15",
            "client_max_window_bits; client_max_window_bits=15", "level", "level=9", "Client_Max_Window_Bits"})
    void declinesAnOfferButNotTheNextOne(String parameters) {
        String declined = "permessage-deflate; " + parameters;
        assertThat(agree(declined)).isNull();
        assertThat(agree("permessage-deflate; client_max_window_bits; " + parameters)).isNull();
        assertThat(agree(declined + ", permessage-deflate")).isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW));
        assertThat(agree(declined, "permessage-deflate; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, 0, NO_TAKEOVER));
    }

    @Test
    void readsEachOfferForItself() {
        assertThat(agree("permessage-deflate; client_max_window_bits; x, permessage-deflate"))
                .isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW));
        assertThat(
                agree("permessage-deflate; client_no_context_takeover; x, permessage-deflate; client_max_window_bits"))
                .isEqualTo(new PermessageDeflate(true, 1_024, WINDOW));
        assertThat(agree("permessage-deflate; client_max_window_bits, permessage-deflate"))
                .isEqualTo(new PermessageDeflate(true, 1_024, WINDOW));
    }

    @Test
    void takesTheFirstOfSeveralOffers() {
        assertThat(agree("permessage-deflate; server_no_context_takeover, permessage-deflate").serverContextTakeover())
                .isFalse();
        assertThat(agree("permessage-deflate, permessage-deflate; server_no_context_takeover").serverContextTakeover())
                .isTrue();
        assertThat(agree("x-webkit-deflate-frame; no_context_takeover, x; y=\"z\"", "permessage-deflate"))
                .isEqualTo(new PermessageDeflate(true, 0, NO_WINDOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "permessage-bzip2", "Permessage-Deflate", "permessage-deflate2",
            "permessage", "deflate"})
    void agreesToNothingElse(String offer) {
        assertThat(agree(offer)).isNull();
    }

    @Test
    void agreesToNothingUnasked() {
        assertThat(agree()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; =15",
            "permessage-deflate; client_max_window_bits=", "permessage-deflate; client_max_window_bits=\"",
            "permessage-deflate; client_max_window_bits=\"\"", "permessage-deflate; client_max_window_bits=\"1 5\"",
            "permessage-deflate; client_max_window_bits=\"15", "permessage-deflate; client_max_window_bits=\"15\\",
            "permessage-deflate; client_max_window_bits=\"15\"x", "permessage-deflate x", "permessage-deflate, =",
            "permessage-deflate, \"x\"", ";", "permessage-deflate; client_max_window_bits=1=5",
            "permessage-deflate; cli\u00ebnt", "permessage-deflate; a=(b)", "permessage-deflate/1"})
    void takesAMalformedHeaderForNone(String header) {
        assertThat(agree(header)).isNull();
        assertThat(agree("permessage-deflate", header)).isNull();
        assertThat(agree(header, "permessage-deflate")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"2030,true", "2031,false", "1000000,false"})
    void readsNoLongerHeaderThanAnyClientSends(int blanks, boolean agreed) {
        assertThat(agree("permessage-deflate" + " ".repeat(blanks)) != null).isEqualTo(agreed);
    }

    @Test
    void readsAnythingInNoTime() {
        String[] pieces = {"permessage-deflate", ";", ",", "=", "\"", "\\", " ", "\t", "client_max_window_bits",
                "server_max_window_bits", "15", "8", "server_no_context_takeover", "client_no_context_takeover",
                "\u0000", "\uffff", "x"};
        SplittableRandom random = new SplittableRandom(7692);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            int agreed = 0;
            for (int i = 0; i < 200_000; i++) {
                StringBuilder header = new StringBuilder(random.nextBoolean() ? pieces[0] : "");
                for (int left = random.nextInt(8); left > 0; left--) {
                    header.append(pieces[random.nextInt(pieces.length)]);
                }
                PermessageDeflate result = agree(header.toString());
                agreed += result == null ? 0 : 1;
                assertThat(result == null || result.response().startsWith("permessage-deflate; client_")).isTrue();
            }
            assertThat(agreed).isBetween(10_000, 199_999);
        });
    }
}
