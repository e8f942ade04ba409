package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.tickgate.loadtest.plot.CostPlot;
import io.tickgate.loadtest.plot.LatencyPlot;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.swarm.Kind;

/** All runs of a bench and the table made of them: medians, and ratios to the floor's run in the same round. Used by one thread. */
final class Comparison {
    private final Map<Kind, Map<Contestant, List<ProbeResult>>> runs = new EnumMap<>(Kind.class);

    /** Adds the next round's run; every contestant of a kind gets one per round. */
    void add(Contestant contestant, ProbeResult result) {
        runs.computeIfAbsent(result.kind(), any -> new EnumMap<>(Contestant.class))
                .computeIfAbsent(contestant, any -> new ArrayList<>()).add(result);
    }

    String toMarkdown() {
        MarkdownTable table = new MarkdownTable("kind", "server", "deliveries/s", "of due", "CPU µs per delivery",
                "least–most", "× raw loop", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "bytes", "heap bytes", "faults",
                "doubts");
        runs.forEach((kind, byServer) -> byServer
                .forEach((contestant, results) -> table.add(row(kind, contestant, results, byServer))));
        return table.toString();
    }

    /** Writes what the table says as pictures: latency by percentile for each kind, and CPU for all. */
    void draw(Path folder) throws IOException {
        Files.createDirectories(folder);
        CostPlot costs = new CostPlot("µs of the server's CPU for each delivery, medians");
        for (Map.Entry<Kind, Map<Contestant, List<ProbeResult>>> ofKind : runs.entrySet()) {
            String kind = ofKind.getKey().name().toLowerCase(Locale.ROOT);
            LatencyPlot latencies = new LatencyPlot("Latency of every delivery, " + kind);
            ofKind.getValue().forEach((contestant, results) -> {
                results.forEach(result -> latencies.add(contestant.title(), result.latencyNs()));
                costs.add(kind + " " + contestant.title(),
                        median(values(results, result -> result.cost().cpuMicrosPerDelivery())));
            });
            Files.writeString(folder.resolve("latency-" + kind + ".svg"), latencies.toSvg());
        }
        Files.writeString(folder.resolve("cpu.svg"), costs.toSvg());
    }

    private static String[] row(Kind kind, Contestant contestant, List<ProbeResult> results,
            Map<Contestant, List<ProbeResult>> byServer) {
        List<ProbeResult> floor = byServer.getOrDefault(Contestant.RAW_LOOP, List.of());
        double[] costs = values(results, result -> result.cost().cpuMicrosPerDelivery());
        double[] ratios = new double[Math.min(costs.length, floor.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = costs[i] / floor.get(i).cost().cpuMicrosPerDelivery();
        }
        long faulty = results.stream().filter(result -> !result.faults().none()).count();
        long doubtful = results.stream().filter(result -> !result.doubts().isEmpty()).count();
        return new String[]{kind.name().toLowerCase(Locale.ROOT), contestant.title(),
                format("%,.0f", median(values(results, result -> result.deliveries().perSecond()))),
                format("%.1f %%", 100 * median(values(results, result -> result.deliveries().ratio()))),
                format("%.2f", median(costs)),
                format("%.2f", quantile(costs, 0)) + "–" + format("%.2f", quantile(costs, 1)),
                ratios.length == 0 ? "" : format("%.2f", median(ratios)),
                format("%,.0f", median(values(results, result -> result.latencyMicros().p50()))),
                format("%,.0f", median(values(results, result -> result.latencyMicros().p99()))),
                format("%,.0f", median(values(results, result -> result.latencyMicros().p999()))),
                format("%,.0f", quantile(values(results, result -> result.latencyMicros().max()), 1)),
                format("%.0f", median(values(results, result -> result.deliveries().bytesEach()))), allocated(results),
                faulty + "/" + results.size(), doubtful + "/" + results.size()};
    }

    /** Per delivery; empty where nobody could tell. */
    private static String allocated(List<ProbeResult> results) {
        boolean isKnown = results.stream().allMatch(result -> result.cost().heapBytesPerDelivery() != null);
        return isKnown
                ? format("%.2f", median(values(results, result -> result.cost().heapBytesPerDelivery())))
                : "";
    }

    static double median(double... values) {
        return quantile(values, 0.5);
    }

    /** Between neighbours in proportion; 0 is the least, 1 the most. */
    static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static double[] values(List<ProbeResult> results, ToDoubleFunction<ProbeResult> figure) {
        return results.stream().mapToDouble(figure).toArray();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
