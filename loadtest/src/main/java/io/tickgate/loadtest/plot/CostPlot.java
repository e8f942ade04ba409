package io.tickgate.loadtest.plot;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Bars of what a delivery costs, one for each server. Used by one thread. */
public final class CostPlot {
    private static final int WIDTH = 860;
    private static final int ROW = 30;
    private static final int LEFT = 260;
    private static final int RIGHT = 90;
    private static final int TOP = 50;

    private final String title;
    private final Map<String, Double> bars = new LinkedHashMap<>();

    public CostPlot(String title) {
        this.title = title;
    }

    /** @param cost in the unit that the title names */
    public void add(String name, double cost) {
        bars.put(name, cost);
    }

    public String toSvg() {
        Svg svg = new Svg(WIDTH, TOP + ROW * bars.size() + 10);
        double most = bars.values().stream().mapToDouble(cost -> cost).max().orElse(1);
        svg.text(20, TOP - 22, "start", title);
        int row = 0;
        for (Map.Entry<String, Double> bar : bars.entrySet()) {
            double y = TOP + (double) ROW * row;
            double width = bar.getValue() / most * (WIDTH - LEFT - RIGHT);
            svg.text(LEFT - 10, y + 15, "end", bar.getKey());
            svg.bar(LEFT, y, width, ROW - 10, Svg.COLOURS.getFirst());
            svg.text(LEFT + width + 8, y + 15, "start", String.format(Locale.ROOT, "%.2f", bar.getValue()));
            row++;
        }
        return svg.end();
    }
}
