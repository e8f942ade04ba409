package io.tickgate.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickgate.gateway.GatewayFixture;

/** How many WebSockets a gateway has counted over each version of HTTP: the browser chooses by itself (RFC 8441). */
record OpenedWebSockets(double overHttp1, double overHttp2) {

    static OpenedWebSockets at(GatewayFixture gateway) {
        return new OpenedWebSockets(gateway.metric("tickgate_websockets_opened_total{http=\"1.1\"}"),
                gateway.metric("tickgate_websockets_opened_total{http=\"2\"}"));
    }

    OpenedWebSockets since(OpenedWebSockets before) {
        return new OpenedWebSockets(overHttp1 - before.overHttp1, overHttp2 - before.overHttp2);
    }

    /** @param protocol as the browser calls it */
    void assertOnly(String protocol) {
        boolean overStreams = protocol.equals("h2");
        assertThat(overStreams ? overHttp2 : overHttp1).isPositive();
        assertThat(overStreams ? overHttp1 : overHttp2).isZero();
    }
}
