package io.tickgate.gateway.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class GrafanaDashboardTest {
    private static final Pattern METRIC = Pattern.compile("\\b(tickgate|jvm|process)_[a-z_]+");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^[a-z_]+");

    @Test
    void asksOnlyForMetricsThatTheGatewayHas() throws IOException {
        String scrape = new String(new PrometheusText(new Telemetry(List.of(new LoopMetrics()))).scrape(), UTF_8);
        Set<String> known = new TreeSet<>();
        SAMPLE.matcher(scrape).results().forEach(sample -> known.add(sample.group()));

        Set<String> asked = new TreeSet<>();
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(Path.of("../docker/grafana/tickgate.json")));
        dashboard.findValuesAsText("expr")
                .forEach(expr -> METRIC.matcher(expr).results().forEach(metric -> asked.add(metric.group())));

        assertThat(asked).hasSizeGreaterThan(20).isSubsetOf(known);
    }
}
