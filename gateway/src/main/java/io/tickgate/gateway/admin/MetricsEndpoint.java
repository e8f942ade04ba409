package io.tickgate.gateway.admin;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.metrics.PrometheusText;

/** {@code GET /metrics}: Prometheus text. */
public final class MetricsEndpoint implements Endpoint {
    private final PrometheusText metrics;

    public MetricsEndpoint(PrometheusText metrics) {
        this.metrics = metrics;
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.respond(Response.of(200).header("content-type", PrometheusText.CONTENT_TYPE)
                .header("cache-control", "no-store").body(metrics.scrape()));
    }
}
