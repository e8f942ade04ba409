package io.tickgate.gateway.admin;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;

/** {@code GET /ping}: says {@code pong}. */
public final class PingEndpoint implements Endpoint {

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.respond(Response.text(200, "pong").header("cache-control", "no-store"));
    }
}
