package io.tickgate.gateway.admin;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.core.JsonGenerator;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;

/**
 * {@code GET /api/dashboard}: what the page shows at first. A token is handed out only by the demo on a loopback bind.
 */
public final class DashboardSetup implements Endpoint {
    private final byte[] body;

    private DashboardSetup(byte[] body) {
        this.body = body;
    }

    /** A page that has to be told what to show. */
    public static DashboardSetup empty(String node) {
        return new DashboardSetup(JsonBody.of(json -> json.writeStringField("node", node)));
    }

    /** A page that shows the demo to its user. */
    public static DashboardSetup ofDemo(String node, List<String> channels, String user, String token) {
        return new DashboardSetup(JsonBody.of(json -> write(json, node, channels, user, token)));
    }

    private static void write(JsonGenerator json, String node, List<String> channels, String user, String token)
            throws IOException {
        json.writeStringField("node", node);
        json.writeArrayFieldStart("channels");
        for (String channel : channels) {
            json.writeString(channel);
        }
        json.writeEndArray();
        json.writeStringField("user", user);
        json.writeStringField("token", token);
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.respond(Response.json(200, body).header("cache-control", "no-store"));
    }
}
