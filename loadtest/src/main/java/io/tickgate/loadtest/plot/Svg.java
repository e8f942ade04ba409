package io.tickgate.loadtest.plot;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** An SVG drawing that grows element by element. Used by one thread; coordinates are pixels from the upper left. */
final class Svg {
    /** Colours that people who see fewer of them can tell apart (Okabe and Ito). */
    static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private final Formatter out = new Formatter(Locale.ROOT);

    Svg(int width, int height) {
        out.format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                + "font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                width, height, width, height, width, height);
    }

    void line(double x1, double y1, double x2, double y2, String colour) {
        out.format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n", x1, y1, x2, y2, colour);
    }

    /** @param anchor {@code start}, {@code middle} or {@code end} */
    void text(double x, double y, String anchor, String label) {
        String escaped = label.replace("&", "&amp;").replace("<", "&lt;");
        out.format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped);
    }

    void bar(double x, double y, double width, double height, String colour) {
        out.format("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n", x, y, width, height,
                colour);
    }

    /** @param points x and y in turn */
    void curve(List<Double> points, String colour) {
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < points.size(); i += 2) {
            pairs.append(String.format(Locale.ROOT, "%.1f,%.1f ", points.get(i), points.get(i + 1)));
        }
        out.format("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                pairs.toString().strip(),
                colour);
    }

    /** The whole document. */
    String end() {
        return out.format("</svg>%n").toString();
    }
}
