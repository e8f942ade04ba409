package io.tickgate.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.model.Kind.Overrun;

class KindSettingsTest {

    /** The settings of one kind, of which a test says what it is about. */
    private static final class Said {
        private DeliveryMode mode;
        private Integer historyEntries;
        private Integer historyMs;
        private Overrun overrun;
        private String seqField = "";
        private String conflationKey = "";

        Said mode(DeliveryMode value) {
            mode = value;
            return this;
        }

        Said history(Integer entries, Integer ms) {
            historyEntries = entries;
            historyMs = ms;
            return this;
        }

        Said overrun(Overrun value) {
            overrun = value;
            return this;
        }

        Said fields(String seq, String key) {
            seqField = seq;
            conflationKey = key;
            return this;
        }

        KindSettings settings() {
            return new KindSettings(mode, null, null, null, "", historyEntries, historyMs, overrun, seqField,
                    conflationKey);
        }

        Kind of(String name) {
            return Kinds.with(Map.of(name, settings())).find(name);
        }
    }

    @ParameterizedTest
    @CsvSource({"price, 64", "order, 1000", "news, 1000"})
    void presetsTheHistoryOfTheMode(String name, int entries) {
        Kind kind = new Said().of(name);
        assertThat(kind.historyEntries()).isEqualTo(entries);
        assertThat(kind.historyMs()).isEqualTo(120_000);
        assertThat(kind.overrun()).isEqualTo(Overrun.GAP);
        assertThat(kind.seqField()).isNull();
        assertThat(kind.conflationKey()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"price, EVERY, 1000", "order, LATEST, 64", "news, LATEST, 64", "price, LATEST, 64"})
    void takesThePresetHistoryOfAChangedMode(String name, DeliveryMode mode, int entries) {
        assertThat(new Said().mode(mode).of(name).historyEntries()).isEqualTo(entries);
    }

    @Test
    void keepsTheHistoryThatIsSaidWhateverTheMode() {
        Kind kind = new Said().mode(DeliveryMode.EVERY).history(5, 1_000).overrun(Overrun.CLOSE).of("price");
        assertThat(kind.historyEntries()).isEqualTo(5);
        assertThat(kind.historyMs()).isEqualTo(1_000);
        assertThat(kind.overrun()).isEqualTo(Overrun.CLOSE);
        assertThat(new Said().history(0, null).of("price").historyEntries()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "1000000, 86400000"})
    void takesAHistoryWithinItsBounds(int entries, int ms) {
        Kind kind = new Said().history(entries, ms).of("news");
        assertThat(kind.historyEntries()).isEqualTo(entries);
        assertThat(kind.historyMs()).isEqualTo(ms);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"-1;1000;historyEntries is -1, allowed is 0 to 1000000",
            "1000001;1000;historyEntries is 1000001, allowed is 0 to 1000000",
            "1;999;historyMs is 999, allowed is 1000 to 86400000",
            "1;86400001;historyMs is 86400001, allowed is 1000 to 86400000"})
    void refusesAHistoryOutOfBounds(int entries, int ms, String message) {
        Said said = new Said().history(entries, ms);
        assertThatThrownBy(said::settings).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void takesFieldNamesOfTheDeploymentsOwn() {
        String longest = "~ x".repeat(21) + "!";
        Kind kind = new Said().mode(DeliveryMode.LATEST).fields("seq no.", longest).of("news");
        assertThat(kind.seqField()).isEqualTo("seq no.");
        assertThat(kind.conflationKey()).isEqualTo(longest);
        assertThat(new Said().fields("n", "").of("order").seqField()).isEqualTo("n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "größe", "a\nb", "a\u007fb",
            "12345678901234567890123456789012345678901234567890123456789012345"})
    void refusesFieldNamesThatPublishersWouldHaveToEscape(String name) {
        String allowed = " is " + name + ", allowed is 1 to 64 bytes of printable ASCII without quotes and backslash";
        assertThatThrownBy(new Said().fields(name, "")::settings).hasMessage("seqField" + allowed);
        assertThatThrownBy(new Said().fields("", name)::settings).hasMessage("conflationKey" + allowed);
    }

    @Test
    void refusesAConflationKeyWhereEveryUpdateCounts() {
        Said said = new Said().fields("", "symbol");
        String message = "conflationKey of kind %s is symbol, allowed is none unless its mode is latest";
        assertThatThrownBy(() -> said.of("news")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message.formatted("news"));
        assertThat(said.of("price").conflationKey()).isEqualTo("symbol");
        assertThatThrownBy(() -> said.mode(DeliveryMode.EVERY).of("price")).hasMessage(message.formatted("price"));
        assertThat(said.mode(DeliveryMode.LATEST).of("news").conflationKey()).isEqualTo("symbol");
    }
}
