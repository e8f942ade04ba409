package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.gateway.testing.HandTurnedClock;

/** What is asked of a payload by its kind; the rest of the look at it is in {@link HubTest}. */
@ExpectedLog("^dropped a publication (on|of) ")
final class IngestTest {
    private static final long NOW_MS = 1_763_712_000_000L;

    private final LoopMetrics metrics = new LoopMetrics();
    private final Ingest ingest = new Ingest(HandTurnedHub.settings(), new HandTurnedClock(), metrics);
    private final Topic plain = topic(Kind.Payload.JSON, null, null);
    private final Topic numbered = topic(Kind.Payload.JSON, "n", "symbol");

    @Test
    void findsThePublishersNumberAndTheKey() {
        assertThat(accept(numbered, "{\"symbol\":\"BTC-USD\",\"n\":7,\"ts\":1763711999999}")).isNotNull();
        assertThat(ingest.sequence()).isEqualTo(7);
        assertThat(ingest.conflationKey()).isEqualTo("BTC-USD");
        assertThat(ingest.ageNanos(NOW_MS)).isEqualTo(1_000_000);
    }

    @Test
    void takesAKeyForOneOfAllWhereThePayloadHasNone() {
        assertThat(accept(numbered, "{\"n\":1,\"symbol\":null}")).isEqualTo("{\"n\":1,\"symbol\":null}");
        assertThat(ingest.sequence()).isEqualTo(1);
        assertThat(ingest.conflationKey()).isNull();
        assertThat(ingest.ageNanos(NOW_MS)).isEqualTo(Publication.NO_AGE);
    }

    @Test
    void looksForNothingThatTheKindDoesNotName() {
        accept(numbered, "{\"symbol\":\"BTC-USD\",\"n\":7}");
        assertThat(accept(plain, "{\"symbol\":\"BTC-USD\",\"n\":7}")).isNotNull();
        assertThat(ingest.conflationKey()).isNull();
        assertThat(accept(plain, "[1]")).isEqualTo("[1]");
        assertThat(metrics.get(Counter.SEQUENCE_REFUSED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "7", "{\"n\":-1}", "{\"n\":\"7\"}", "{\"n\":7.0}", "{\"n\":9223372036854775808}",
            "{\"a\":{\"n\":7}}", "{\"n\":7,\"n\":null}"})
    void refusesAndCountsWhatHasNoNumberWhereItsKindIsNumbered(String json) {
        accept(numbered, "{\"n\":7}");
        assertThat(accept(numbered, json)).isNull();
        assertThat(metrics.get(Counter.SEQUENCE_REFUSED)).isEqualTo(1);
        assertThat(metrics.get(Counter.PAYLOAD_REFUSED)).isZero();
    }

    @Test
    void refusesWhatIsNoJsonForThatReasonAlone() {
        assertThat(accept(numbered, "{\"n\":7")).isNull();
        assertThat(metrics.get(Counter.PAYLOAD_REFUSED)).isEqualTo(1);
        assertThat(metrics.get(Counter.SEQUENCE_REFUSED)).isZero();
    }

    @Test
    void takesTextOfNumberedKindsOnlyWithItsNumber() {
        Topic any = topic(Kind.Payload.ANY, "n", null);
        assertThat(accept(any, "{\"n\":7}")).isEqualTo("{\"n\":7}");
        assertThat(ingest.sequence()).isEqualTo(7);
        assertThat(accept(any, "{\"n\":8, disk full")).isNull();
        assertThat(metrics.get(Counter.SEQUENCE_REFUSED)).isEqualTo(1);
        Topic keyed = topic(Kind.Payload.ANY, null, "symbol");
        assertThat(accept(keyed, "{\"symbol\":\"A\", disk full")).isEqualTo("\"{\\\"symbol\\\":\\\"A\\\", disk full\"");
        assertThat(ingest.conflationKey()).isNull();
    }

    @Test
    void refusesTextThatIsTooLongOnceItIsQuoted() {
        Topic any = topic(Kind.Payload.ANY, null, null);
        int most = HandTurnedHub.settings().maxPayloadBytes();
        assertThat(accept(any, "x".repeat(most - 2))).hasSize(most);
        assertThat(accept(any, "x".repeat(most - 1))).isNull();
        assertThat(metrics.get(Counter.PAYLOAD_TOO_BIG)).isEqualTo(1);
    }

    @Test
    void theKeyGoesOutWithThePublication() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.publish("stamp:all", "{\"symbol\":\"BTC-USD\",\"n\":7}");
            hub.publish("stamp:all", "{\"symbol\":\"ETH-USD\"}");
            List<String> keys = new ArrayList<>();
            hub.dispatcher.lastValue("stamp:all", last -> keys.add(last.conflationKey()));
            hub.publish("price:all", "{\"symbol\":\"BTC-USD\"}");
            hub.dispatcher.lastValue("price:all", last -> keys.add(last.conflationKey()));
            assertThat(keys).containsExactly("BTC-USD", null);
            assertThat(hub.metrics.getFirst().get(Counter.SEQUENCE_REFUSED)).isEqualTo(1);
        }
    }

    private String accept(Topic topic, String payload) {
        byte[] accepted = ingest.accept(topic, payload.getBytes(StandardCharsets.UTF_8));
        return accepted == null ? null : new String(accepted, StandardCharsets.UTF_8);
    }

    private static Topic topic(Kind.Payload payload, String seqField, String conflationKey) {
        var kind = new Kind("quote", DeliveryMode.LATEST, Kind.Readers.PUBLIC, payload, false, "quote_update", 64,
                120_000, Kind.Overrun.GAP, seqField, conflationKey);
        return new Topic("quote:all", kind, "e");
    }
}
