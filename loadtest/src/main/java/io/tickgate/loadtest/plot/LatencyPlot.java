package io.tickgate.loadtest.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/**
 * Latency by percentile: one curve for each run, the percentiles spread so that every further nine is as far away as the one before,
 * latencies on a logarithmic scale. Used by one thread.
 */
public final class LatencyPlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    /** As far as 100,000 values tell something. */
    private static final int NINES = 5;
    private static final int STEPS_PER_NINE = 20;
    private static final double MICROS = 1e3;
    private static final String GRID = "#dddddd";

    private final String title;
    private final Map<String, Histogram> curves = new LinkedHashMap<>();

    public LatencyPlot(String title) {
        this.title = title;
    }

    /** Adds the latencies of one run, in ns; those of further runs of the same name go into the same curve. */
    public void add(String name, Histogram latencyNs) {
        curves.merge(name, latencyNs.copy(), (all, more) -> {
            all.add(more);
            return all;
        });
    }

    /** The picture; empty curves are left out. */
    public String toSvg() {
        Svg svg = new Svg(WIDTH, HEIGHT);
        double highest = curves.values().stream().mapToDouble(curve -> curve.getMaxValue() / MICROS).max().orElse(1);
        int decades = Math.max(1, (int) Math.ceil(Math.log10(Math.max(10, highest))));
        svg.text(LEFT, TOP - 18, "start", title);
        axes(svg, decades);
        int index = 0;
        for (Map.Entry<String, Histogram> curve : curves.entrySet()) {
            if (curve.getValue().getTotalCount() > 0) {
                String colour = Svg.COLOURS.get(index % Svg.COLOURS.size());
                svg.curve(points(curve.getValue(), decades), colour);
                double y = TOP + 18.0 * index;
                svg.bar(WIDTH - RIGHT + 12, y, 12, 12, colour);
                svg.text(WIDTH - RIGHT + 30, y + 11, "start", curve.getKey());
                index++;
            }
        }
        return svg.end();
    }

    private static void axes(Svg svg, int decades) {
        String[] percentiles = {"0", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};
        for (int nines = 0; nines <= NINES; nines++) {
            double x = x(nines);
            svg.line(x, TOP, x, HEIGHT - BOTTOM, GRID);
            svg.text(x, HEIGHT - BOTTOM + 18, "middle", percentiles[nines]);
        }
        String[] latencies = {"1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"};
        for (int decade = 0; decade <= decades; decade++) {
            double y = y(decade, decades);
            svg.line(LEFT, y, WIDTH - RIGHT, y, GRID);
            svg.text(LEFT - 8, y + 4, "end", latencies[Math.min(decade, latencies.length - 1)]);
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle",
                "share of deliveries that were no later, counted from the instant they were due");
    }

    private static List<Double> points(Histogram latencyNs, int decades) {
        List<Double> points = new ArrayList<>();
        for (int step = 0; step <= NINES * STEPS_PER_NINE; step++) {
            double nines = (double) step / STEPS_PER_NINE;
            double percentile = 100 * (1 - Math.pow(10, -nines));
            double micros = Math.max(1, latencyNs.getValueAtPercentile(percentile) / MICROS);
            points.add(x(nines));
            points.add(y(Math.log10(micros), decades));
        }
        return points;
    }

    private static double x(double nines) {
        return LEFT + nines / NINES * (WIDTH - RIGHT - LEFT);
    }

    private static double y(double log10Micros, int decades) {
        return HEIGHT - BOTTOM - log10Micros / decades * (HEIGHT - BOTTOM - TOP);
    }
}
