package io.tickgate.loadtest.probe;

import org.HdrHistogram.Histogram;

/** The quantiles of a histogram of nanoseconds, in microseconds. */
public record Quantiles(double p50, double p90, double p99, double p999, double max) {

    static Quantiles of(Histogram ns) {
        return new Quantiles(at(ns, 50), at(ns, 90), at(ns, 99), at(ns, 99.9), at(ns, 100));
    }

    private static double at(Histogram ns, double percentile) {
        return ns.getValueAtPercentile(percentile) / 1e3;
    }
}
