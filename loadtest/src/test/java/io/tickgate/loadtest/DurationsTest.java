package io.tickgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class DurationsTest {
    private final Durations durations = new Durations();

    @Test
    void readsMillisecondsSecondsAndMinutes() {
        assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(durations.convert("10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(durations.convert("1m30s")).isEqualTo(Duration.ofSeconds(90));
        assertThatThrownBy(() -> durations.convert("ten")).isInstanceOf(TypeConversionException.class);
    }
}
