package io.tickgate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {

    @ParameterizedTest
    @CsvSource({"*, log:bots", "log:*, log:bots", "log:*, log:a:b", "*:bots, log:bots", "l*b*s, log:bots", "**, x",
            "log:bots, log:bots", "log:bots*, log:bots", "a*a, aa"})
    void coversAnyRunWhereTheStarIs(String pattern, String name) {
        assertThat(ChannelPattern.matches(pattern, name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"log:*, log", "log:*, xlog:bots", "log:bots, log:botsy", "log:bot, log:bots", "l*b, log:bots", "a*a, a",
            "log.*, logs", "log:(a|b), log:a", "LOG:*, log:a"})
    void takesNothingElseForSpecial(String pattern, String name) {
        assertThat(ChannelPattern.matches(pattern, name)).isFalse();
    }

    @Test
    void agreesWithARegularExpression() {
        var random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "ab:*", 6);
            String name = word(random, "ab:", 8);
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);
            assertThat(ChannelPattern.matches(pattern, name)).as(pattern + " on " + name).isEqualTo(expected);
        }
    }

    @Test
    void answersThoughManyStarsAlmostMatch() {
        String pattern = "*a".repeat(63) + "*b";
        assertThat(ChannelPattern.matches(pattern, "a".repeat(128))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "log:[ab]", "a b", "a,b", "lög:*", "log:?", "\"*\""})
    void refusesWhatNoChannelCouldBeNamed(String text) {
        assertThat(ChannelPattern.isValid(text)).isFalse();
    }

    @Test
    void limitsTheLength() {
        assertThat(ChannelPattern.isValid("*".repeat(128))).isTrue();
        assertThat(ChannelPattern.isValid("*".repeat(129))).isFalse();
    }

    private static String word(Random random, String alphabet, int maxLength) {
        var word = new StringBuilder();
        for (int length = 1 + random.nextInt(maxLength); length > 0; length--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
