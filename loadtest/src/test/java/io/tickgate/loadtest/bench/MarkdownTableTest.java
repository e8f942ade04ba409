package io.tickgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MarkdownTableTest {
    @Test
    void alignsTextLeftAndFiguresRight() {
        MarkdownTable table = new MarkdownTable("kind", "server", "µs");
        table.add("ws", "raw-loop", "5.25");
        table.add("sio", "x", "12.50");
        assertThat(table).hasToString("""
                | kind | server   |    µs |
                | ---- | -------- | ----: |
                | ws   | raw-loop |  5.25 |
                | sio  | x        | 12.50 |
                """);
        assertThatThrownBy(() -> table.add("too", "few")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesTheMiddleOfWhatWasMeasured() {
        assertThat(Comparison.median(3, 1, 2)).isEqualTo(2);
        assertThat(Comparison.median(4, 1, 2, 3)).isEqualTo(2.5);
        assertThat(Comparison.quantile(new double[]{5, 9, 7}, 0)).isEqualTo(5);
        assertThat(Comparison.quantile(new double[]{5, 9, 7}, 1)).isEqualTo(9);
    }
}
