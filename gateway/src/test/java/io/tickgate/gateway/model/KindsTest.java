package io.tickgate.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.model.Kind.Payload;
import io.tickgate.gateway.model.Kind.Readers;

class KindsTest {
    private static final KindSettings NOTHING = settings(null, null, null);

    @Test
    void presetsFourKinds() {
        Kinds kinds = Kinds.presets();
        assertThat(kinds.all()).extracting(Kind::name).containsExactly("price", "order", "log", "user");
        assertThat(kinds.find("price"))
                .isEqualTo(new Kind("price", DeliveryMode.LATEST, Readers.PUBLIC, Payload.JSON, true, "price_update"));
        assertThat(kinds.find("user").event()).isEqualTo("notification");
        assertThat(kinds.find("log").payload()).isEqualTo(Payload.ANY);
        assertThat(kinds.find("news")).isNull();
    }

    @Test
    void changesWhatADeploymentSaysAndNothingElse() {
        var settings = settings(null, false, null);
        assertThat(Kinds.with(Map.of("price", settings)).find("price"))
                .isEqualTo(new Kind("price", DeliveryMode.LATEST, Readers.PUBLIC, Payload.JSON, false, "price_update"));
    }

    @Test
    void addsKindsThatNobodyReadsUnlessGranted() {
        assertThat(Kinds.with(Map.of("news", NOTHING)).find("news"))
                .isEqualTo(new Kind("news", DeliveryMode.EVERY, Readers.GRANTED, Payload.JSON, false, "news_update"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"control", "error", "open", "message", "tickgate", "News", "", "a:b"})
    void refusesReservedAndBadNames(String name) {
        assertThatThrownBy(() -> Kinds.with(Map.of(name, NOTHING))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kind is " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "disconnect", "control", "two words"})
    void refusesEventNamesThatMeanSomethingElse(String event) {
        assertThatThrownBy(() -> settings(null, null, event)).hasMessageContaining("event is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "order"})
    void keepsUsersOwnKindsTheirs(String name) {
        for (Readers readers : new Readers[]{Readers.PUBLIC, Readers.GRANTED}) {
            var settings = settings(readers, null, null);
            assertThatThrownBy(() -> Kinds.with(Map.of(name, settings)))
                    .hasMessageContaining("readers of kind " + name);
        }
    }

    @Test
    void limitsTheNumberOfKinds() {
        var many = new HashMap<String, KindSettings>();
        for (int i = 0; i < 300; i++) {
            many.put("k" + i, NOTHING);
        }
        assertThatThrownBy(() -> Kinds.with(many)).hasMessageContaining("the number of kinds is 304");
    }

    private static KindSettings settings(Readers readers, Boolean always, String event) {
        return new KindSettings(null, readers, null, always, event, null, null, null, null, null);
    }
}
