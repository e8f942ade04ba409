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
    private static final String PLAIN = "permessage-deflate; client_no_context_takeover";
    private static final String NO_TAKEOVER = PLAIN + "; server_no_context_takeover";

    private static PermessageDeflate agree(String... headers) {
        return PermessageDeflate.agree(List.of(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate", "permessage-deflate; client_max_window_bits",
            "permessage-deflate;client_max_window_bits=8", "permessage-deflate; client_max_window_bits=15",
            "permessage-deflate; client_max_window_bits=\"10\"", "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; client_max_window_bits; client_no_context_takeover",
            "\t permessage-deflate\t;  client_max_window_bits = 12 ", ", ,permessage-deflate,,"})
    void agreesToAContextOfTheServerOnly(String offer) {
        assertThat(agree(offer)).isEqualTo(new PermessageDeflate(true, PLAIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate; server_no_context_takeover",
            "permessage-deflate; client_max_window_bits; server_no_context_takeover; client_no_context_takeover"})
    void forgoesTheServersContextIfAsked(String offer) {
        assertThat(agree(offer)).isEqualTo(new PermessageDeflate(false, NO_TAKEOVER));
    }

    @Test
    void echoesACapThatIsNone() {
        assertThat(agree("permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(new PermessageDeflate(true, PLAIN + "; server_max_window_bits=15"));
        assertThat(agree("permessage-deflate; server_max_window_bits=\"1\\5\"; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, NO_TAKEOVER + "; server_max_window_bits=15"));
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
        assertThat(agree(declined + ", permessage-deflate")).isEqualTo(new PermessageDeflate(true, PLAIN));
        assertThat(agree(declined, "permessage-deflate; server_no_context_takeover"))
                .isEqualTo(new PermessageDeflate(false, NO_TAKEOVER));
    }

    @Test
    void takesTheFirstOfSeveralOffers() {
        assertThat(agree("permessage-deflate; server_no_context_takeover, permessage-deflate").serverContextTakeover())
                .isFalse();
        assertThat(agree("permessage-deflate, permessage-deflate; server_no_context_takeover").serverContextTakeover())
                .isTrue();
        assertThat(agree("x-webkit-deflate-frame; no_context_takeover, x; y=\"z\"", "permessage-deflate"))
                .isEqualTo(new PermessageDeflate(true, PLAIN));
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
                "server_max_window_bits", "15", "8", "server_no_context_takeover", "\u0000", "\uffff", "x"};
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
                assertThat(result == null || result.response().startsWith(PLAIN)).isTrue();
            }
            assertThat(agreed).isBetween(10_000, 199_999);
        });
    }
}
