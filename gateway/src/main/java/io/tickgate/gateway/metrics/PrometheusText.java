package io.tickgate.gateway.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.HdrHistogram.Histogram;

/** The metrics as Prometheus reads them, the JVM's included. Any thread. */
public final class PrometheusText implements MultiCollector {
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final String PREFIX = "tickgate_";
    private static final double NANOS_PER_SECOND = 1e9;
    /** Upper bounds in seconds: from what one turn takes to what nobody should ever see. */
    private static final double[] BOUNDS = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
            0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, Double.POSITIVE_INFINITY};

    private final Telemetry telemetry;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    public PrometheusText(Telemetry telemetry) {
        this.telemetry = telemetry;
        registry.register(this);
        JvmMetrics.builder().register(registry);
    }

    /** The text of one scrape. */
    public byte[] scrape() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        counters().values().forEach(builder -> snapshots.add(builder.build()));
        for (Gauge gauge : Gauge.values()) {
            snapshots.add(gauge(gauge.metric(), gauge.meaning(), Labels.EMPTY, telemetry.total(gauge)).build());
        }
        snapshots.add(gauge("connections", "TCP connections open", Labels.EMPTY,
                telemetry.total(Counter.CONNECTIONS_ACCEPTED) - telemetry.total(Counter.CONNECTIONS_CLOSED)).build());
        snapshots.add(sessions());
        snapshots.add(histogram("ingest_to_flush_seconds",
                "From taking a publication in to flushing it, by delivery", telemetry.ingestToFlush()));
        snapshots.add(histogram("publish_to_flush_seconds",
                "From the publisher's own time to flushing it, by delivery", telemetry.publishToFlush()));
        snapshots.add(histogram("turn_seconds", "How long a turn of the fan-out held its loop", telemetry.turn()));
        return new MetricSnapshots(snapshots);
    }

    private Map<String, CounterSnapshot.Builder> counters() {
        Map<String, CounterSnapshot.Builder> byMetric = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            byMetric.computeIfAbsent(counter.metric(),
                    metric -> CounterSnapshot.builder().name(PREFIX + metric).help(counter.meaning()))
                    .dataPoint(CounterDataPointSnapshot.builder().labels(labels(counter.label()))
                            .value((double) telemetry.total(counter)).build());
        }
        return byMetric;
    }

    private MetricSnapshot sessions() {
        GaugeSnapshot.Builder sessions = GaugeSnapshot.builder().name(PREFIX + "sessions").help("Sessions open");
        for (Counter opened : Counter.values()) {
            if (opened.metric().equals(Counter.SESSIONS_OPENED_WEBSOCKET.metric())) {
                sessions.dataPoint(GaugeDataPointSnapshot.builder().labels(labels(opened.label()))
                        .value((double) (telemetry.total(opened) - telemetry.total(closed(opened)))).build());
            }
        }
        return sessions.build();
    }

    private static Counter closed(Counter opened) {
        return Counter.valueOf(opened.name().replace("OPENED", "CLOSED"));
    }

    private static GaugeSnapshot.Builder gauge(String metric, String help, Labels labels, long value) {
        return GaugeSnapshot.builder().name(PREFIX + metric).help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value((double) value).build());
    }

    private static MetricSnapshot histogram(String metric, String help, Telemetry.Latency latency) {
        Histogram total = latency.total();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long below = 0;
        for (double bound : BOUNDS) {
            long upTo = bound == Double.POSITIVE_INFINITY
                    ? total.getTotalCount()
                    : total.getCountBetweenValues(0, (long) (bound * NANOS_PER_SECOND));
            buckets.bucket(bound, upTo - below);
            below = upTo;
        }
        double sum = total.getTotalCount() == 0 ? 0 : total.getMean() * total.getTotalCount() / NANOS_PER_SECOND;
        return HistogramSnapshot.builder().name(PREFIX + metric).help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build()).sum(sum).build())
                .build();
    }

    /** @param label {@code name="value"} or empty */
    private static Labels labels(String label) {
        int equals = label.indexOf('=');
        return equals < 0
                ? Labels.EMPTY
                : Labels.of(label.substring(0, equals), label.substring(equals + 2, label.length() - 1));
    }
}
