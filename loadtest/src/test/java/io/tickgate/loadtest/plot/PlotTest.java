package io.tickgate.loadtest.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class PlotTest {

    @Test
    void slowerRunsAreDrawnHigher() throws Exception {
        LatencyPlot plot = new LatencyPlot("one & two");
        plot.add("fast", histogram(1_000_000));
        plot.add("slow", histogram(10_000_000));
        Document picture = parse(plot.toSvg());
        List<Double> fast = heights((Element) picture.getElementsByTagName("polyline").item(0));
        List<Double> slow = heights((Element) picture.getElementsByTagName("polyline").item(1));
        assertThat(fast).hasSameSizeAs(slow).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        for (int i = 0; i < fast.size(); i++) {
            assertThat(slow.get(i)).isLessThan(fast.get(i));
        }
        assertThat(picture.getDocumentElement().getTextContent()).contains("one & two", "fast", "slow", "99.9 %");
    }

    @Test
    void barsAreAsLongAsTheirCost() throws Exception {
        CostPlot plot = new CostPlot("µs");
        plot.add("raw", 2);
        plot.add("twice", 4);
        var bars = parse(plot.toSvg()).getElementsByTagName("rect");
        // The first is the paper.
        double raw = Double.parseDouble(((Element) bars.item(1)).getAttribute("width"));
        double twice = Double.parseDouble(((Element) bars.item(2)).getAttribute("width"));
        assertThat(twice).isEqualTo(2 * raw);
    }

    private static Histogram histogram(long medianNs) {
        Histogram histogram = new Histogram(1_000, 60_000_000_000L, 3);
        for (int i = 1; i <= 1_000; i++) {
            histogram.recordValue(medianNs * i / 500);
        }
        return histogram;
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Double> heights(Element curve) {
        return Arrays.stream(curve.getAttribute("points").split(" ")).map(pair -> Double.valueOf(pair.split(",")[1]))
                .toList();
    }
}
