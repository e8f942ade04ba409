package io.tickgate.loadtest.bench;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table with aligned columns; the first two are text, the others figures. Used by one thread. */
public final class MarkdownTable {
    private static final int TEXT_COLUMNS = 2;

    private final List<List<String>> rows = new ArrayList<>();

    public MarkdownTable(String... titles) {
        rows.add(List.of(titles));
    }

    /** @throws IllegalArgumentException if it has not as many cells as there are titles */
    public void add(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row has as many cells as there are titles");
        }
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(Math.max(widths[i], 3), row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            line(text, rows.get(i), widths);
            if (i == 0) {
                rule(text, widths);
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - cells.get(i).length());
            text.append("| ").append(i < TEXT_COLUMNS ? cells.get(i) + pad : pad + cells.get(i)).append(' ');
        }
        text.append("|\n");
    }

    private static void rule(StringBuilder text, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append("| ").append("-".repeat(widths[i] - 1)).append(i < TEXT_COLUMNS ? "- " : ": ");
        }
        text.append("|\n");
    }
}
