package io.tickgate.loadtest.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.tickgate.loadtest.probe.ProbeResult;

/**
 * The runs of {@link CompressionBench} at one number of connections and one payload size, and the table made of them: medians, and
 * ratios to the gateway's uncompressed run of the same round and rate. Used by one thread.
 */
final class CodedComparison {
    private final int connections;
    private final int payloadBytes;
    private final Map<CodedCase, List<ProbeResult>> runs = new EnumMap<>(CodedCase.class);
    private final List<String> notes = new ArrayList<>();

    CodedComparison(int connections, int payloadBytes) {
        this.connections = connections;
        this.payloadBytes = payloadBytes;
    }

    /** Adds the next round's run. */
    void add(CodedCase what, ProbeResult result) {
        runs.computeIfAbsent(what, any -> new ArrayList<>()).add(result);
    }

    /** Goes below the table, once. */
    void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /** A heading, the table, what a reader must know of it. */
    String toMarkdown() {
        MarkdownTable table = new MarkdownTable("kind", "server", "deliveries/s", "of due", "CPU µs per delivery",
                "least–most", "× own plain", "bytes", "of own plain", "p50 µs", "p99 µs", "verified", "faults",
                "doubts");
        runs.forEach((what, results) -> table.add(row(what, results)));
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "### %,d %s of one channel, payloads of %,d bytes%n%n%s%n", connections,
                connections == 1 ? "subscriber" : "subscribers", payloadBytes, table));
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        return text.append('\n').toString();
    }

    private String[] row(CodedCase what, List<ProbeResult> results) {
        List<ProbeResult> plain = runs.getOrDefault(what.plain(), List.of());
        double[] costs = values(results, result -> result.cost().cpuMicrosPerDelivery());
        double bytes = median(results, result -> result.deliveries().bytesEach());
        double[] ratios = new double[Math.min(costs.length, plain.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = costs[i] / plain.get(i).cost().cpuMicrosPerDelivery();
        }
        long faulty = results.stream().filter(result -> !result.faults().none()).count();
        long doubtful = results.stream().filter(result -> !result.doubts().isEmpty()).count();
        long verified = results.stream().mapToLong(result -> result.deliveries().verified()).sum();
        return new String[]{what.kind().name().toLowerCase(Locale.ROOT), what.title(),
                format("%,.0f", median(results, result -> result.deliveries().perSecond())),
                format("%.1f %%", 100 * median(results, result -> result.deliveries().ratio())),
                format("%.2f", Comparison.median(costs)),
                format("%.2f", Comparison.quantile(costs, 0)) + "–" + format("%.2f", Comparison.quantile(costs, 1)),
                ratios.length == 0 ? "" : format("%.2f", Comparison.median(ratios)), format("%.0f", bytes),
                plain.isEmpty()
                        ? ""
                        : format("%.0f %%", 100 * bytes / median(plain, result -> result.deliveries().bytesEach())),
                format("%,.0f", median(results, result -> result.latencyMicros().p50())),
                format("%,.0f", median(results, result -> result.latencyMicros().p99())),
                format("%,.0f", (double) verified),
                faulty + "/" + results.size(), doubtful + "/" + results.size()};
    }

    private static double median(List<ProbeResult> results, ToDoubleFunction<ProbeResult> figure) {
        return Comparison.median(values(results, figure));
    }

    private static double[] values(List<ProbeResult> results, ToDoubleFunction<ProbeResult> figure) {
        return results.stream().mapToDouble(figure).toArray();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
