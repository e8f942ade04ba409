package io.tickgate.gateway;

import java.util.StringJoiner;

import io.tickgate.gateway.auth.AuthSettings;

/** What the gateway says when it has started: what listens, what is embedded, how to publish, how to use Redis. */
final class Banner {
    private final Gateway gateway;
    private final GatewaySettings settings;
    private final String url;

    Banner(Gateway gateway, GatewaySettings settings) {
        this.gateway = gateway;
        this.settings = settings;
        String scheme = settings.http().hasTls() ? "https" : "http";
        String host = settings.http().isLoopback() ? "localhost" : settings.http().host();
        this.url = scheme + "://" + host + ":" + gateway.port();
    }

    String text() {
        StringJoiner lines = new StringJoiner("\n");
        lines.add("Tickgate listens on " + url + "/  (" + (settings.http().hasTls() ? "TLS, " : "")
                + "HTTP/1.1 and HTTP/2, " + gateway.transport().word() + ")");
        lines.add("  dashboard   " + url + "/");
        lines.add("  WebSocket   " + url.replaceFirst("http", "ws") + "/ws");
        lines.add("  Socket.IO   " + url + "/socket.io/");
        lines.add("  SSE         curl -N '" + url + "/events?channels=price:BTC-USD'");
        addBroker(lines);
        addKeys(lines);
        if (settings.conformance().conformance()) {
            lines.add(
                    "  conformance on: echoes for test suites at /, /echo-body, /echo, /engine.io/ and /socket.io/; not for clients");
        }
        return lines.toString();
    }

    private void addBroker(StringJoiner lines) {
        if (settings.redis().isConfigured()) {
            String example = settings.redis().redisPrefix() + "price:BTC-USD";
            lines.add("  broker      Redis at " + settings.redis().address());
            lines.add("  publish     redis-cli PUBLISH " + example + " '{\"price\":50000.12}'");
        } else {
            lines.add("  broker      embedded, in memory; for Redis: ./tickgate --redis redis://localhost:6379");
            lines.add("  publish     curl -X POST " + url + "/api/publish -H 'content-type: application/json'"
                    + (gateway.auth().apiKey() == null ? "" : " -H 'authorization: Bearer " + apiKey() + "'")
                    + " -d '{\"channel\":\"price:BTC-USD\",\"data\":{\"price\":50000.12}}'");
        }
        lines.add("  demo feed   " + (settings.isDemo() ? "on: prices, orders of user demo, log lines" : "off"));
    }

    private void addKeys(StringJoiner lines) {
        AuthSettings auth = gateway.auth();
        if (gateway.madeUpKeys()) {
            lines.add("  tokens      a random secret made up for this run; ./tickgate token --sub 42 mints one");
        } else if (auth.isKeyConfigured()) {
            lines.add("  tokens      verified with the configured key");
        } else {
            lines.add("  tokens      no key is configured: only public channels are served");
        }
    }

    /** Shown only if it was made up for this run. */
    private String apiKey() {
        return settings.auth().apiKey() == null ? gateway.auth().apiKey() : "$API_KEY";
    }
}
