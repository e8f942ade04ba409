package io.tickgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import io.tickgate.loadtest.probe.ConnectResult;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.Quantiles;

final class CodedComparisonTest {
    @Test
    void dividesByTheGatewaysPlainRunOfTheSameRoundAndKind() {
        CodedComparison comparison = new CodedComparison(1_000, 200);
        comparison.add(CodedCase.WS_PLAIN, result(CodedCase.WS_PLAIN, 4, 250));
        comparison.add(CodedCase.WS_KEYFRAMED, result(CodedCase.WS_KEYFRAMED, 5, 100));
        comparison.add(CodedCase.SIO_KEYFRAMED, result(CodedCase.SIO_KEYFRAMED, 5, 100));
        comparison.add(CodedCase.WS_PLAIN, result(CodedCase.WS_PLAIN, 10, 250));
        comparison.add(CodedCase.WS_KEYFRAMED, result(CodedCase.WS_KEYFRAMED, 11.5, 100));
        comparison.add(CodedCase.NPM_WS, result(CodedCase.NPM_WS, 80, 50));
        comparison.add(CodedCase.WS_PLAIN_SLOW, result(CodedCase.WS_PLAIN_SLOW, 8, 250));
        comparison.note("as before");
        comparison.note("as before");
        List<String> lines = comparison.toMarkdown().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("### 1,000 subscribers of one channel, payloads of 200 bytes");
        assertThat(cells(lines.get(4))).startsWith("ws", "tickgate, plain", "1,000", "100.0 %", "7.00", "4.00–10.00",
                "1.00", "250", "100 %");
        assertThat(cells(lines.get(5))).as("the median of 5/4 and 11.5/10").startsWith("ws",
                "tickgate, deflate keyframed", "1,000", "100.0 %", "8.25", "5.00–11.50", "1.20", "100", "40 %");
        assertThat(cells(lines.get(7))).as("not by what costs less at a higher rate").startsWith("ws",
                "npm ws, deflate per connection", "1,000", "100.0 %", "80.00", "80.00–80.00", "10.00", "50", "20 %");
        assertThat(cells(lines.get(8))).as("without a plain run").startsWith("sio", "tickgate, deflate keyframed",
                "1,000", "100.0 %", "5.00", "5.00–5.00", "", "100", "");
        assertThat(lines).containsOnlyOnce("- as before");
    }

    private static List<String> cells(String line) {
        return List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList();
    }

    private static ProbeResult result(CodedCase what, double micros, double bytes) {
        Quantiles some = new Quantiles(1, 2, 3, 4, 5);
        return new ProbeResult("", what.kind(), what.coding(), 1, 1, 100, 200, 1,
                new ConnectResult(1, 1, 1, 1, 1, 1, 1), new ProbeResult.Publishing(1, 0, some),
                new ProbeResult.Deliveries(1_000, 62, 1, 1_000, bytes, 1),
                new ProbeResult.Faults(0, 0, 0, 0, 0, 0, 0), some, new ProbeResult.Cost(micros, null, 1, 0, 0, 0),
                List.of(),
                new Histogram(3));
    }
}
