package io.tickgate.gateway.system;

import static io.tickgate.gateway.GatewayFixture.API_KEY;
import static io.tickgate.gateway.GatewayFixture.json;
import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;

/** What the HTTP paths of the contract answer. */
class HttpPathsIT {
    private static final String LISTED = "https://desk.example.com";
    private static final String FOREIGN = "https://elsewhere.example.com";
    private static final Pattern SAMPLE = Pattern
            .compile("[a-z_][a-zA-Z0-9_]*(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? (\\S+)");

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start("--origins", LISTED, "--max-publish-bytes", "2048", "--public", "bench*",
                "--token-cookie", "session");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> publish(String body, String... headers) {
        return gateway.request("POST", "/api/publish", body, headers);
    }

    private static HttpResponse<String> publishWithKey(String body) {
        return publish(body, "authorization", "Bearer " + API_KEY);
    }

    private static String code(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(json(response.body()).path("message").asText()).isNotEmpty();
        return json(response.body()).path("code").asText();
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    // ---- /channels

    @Test
    void givesAChannelsLastValueWithItsPositionAsEtag() {
        gateway.publish("price:value", number(1));
        gateway.publish("price:value", "{ \"n\" : 2.50 }");
        HttpResponse<String> response = gateway.get("/channels/price:value");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode value = json(response.body());
        assertThat(value.path("channel").asText()).isEqualTo("price:value");
        assertThat(value.path("seq").asInt()).isEqualTo(2);
        assertThat(value.path("time").asLong()).isCloseTo(System.currentTimeMillis(),
                org.assertj.core.data.Offset.offset(60_000L));
        assertThat(header(response, "etag")).isEqualTo("\"" + value.path("epoch").asText() + "-2\"");
        assertThat(gateway.get("/channels/price%3Avalue").body()).isEqualTo(response.body());
    }

    @Test
    void answersNotModifiedUntilThereIsANewerValue() {
        gateway.publish("price:etag", number(1));
        String etag = header(gateway.get("/channels/price:etag"), "etag");
        HttpResponse<String> same = gateway.get("/channels/price:etag", "if-none-match", etag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(header(same, "etag")).isEqualTo(etag);
        assertThat(same.body()).isEmpty();
        gateway.publish("price:etag", number(2));
        assertThat(gateway.get("/channels/price:etag", "if-none-match", etag).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesChannelsThatAreUnknownOrNotTheAskers() {
        assertThat(gateway.get("/channels/price:never-seen").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/channels/log:bots").statusCode()).isEqualTo(401);
        assertThat(code(gateway.get("/channels/log:bots"))).isEqualTo("unauthorized");
        String bearer = "Bearer " + gateway.token("42");
        assertThat(gateway.get("/channels/log:bots", "authorization", bearer).statusCode()).isEqualTo(403);
        assertThat(gateway.get("/channels/order:43", "authorization", bearer).statusCode()).isEqualTo(403);
        assertThat(gateway.get("/channels/nobodys:a").statusCode()).isEqualTo(403);
        HttpResponse<String> bad = gateway.get("/channels/no%5Bchannel");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(code(bad)).isEqualTo("bad_channel");
        HttpResponse<String> forged = gateway.get("/channels/price:value", "authorization", "Bearer made.up.token");
        assertThat(forged.statusCode()).isEqualTo(401);
    }

    @Test
    void takesTheTokenFromHeaderParameterAndCookie() {
        gateway.publish("log:tokens", number(1));
        String token = gateway.token("42", "log:*");
        assertThat(gateway.get("/channels/log:tokens", "authorization", "Bearer " + token).statusCode())
                .isEqualTo(200);
        assertThat(gateway.get("/channels/log:tokens?token=" + token).statusCode()).isEqualTo(200);
        assertThat(gateway.get("/channels/log:tokens", "cookie", "session=" + token).statusCode()).isEqualTo(200);
        assertThat(gateway.get("/channels/log:tokens", "cookie", "other=" + token).statusCode()).isEqualTo(401);
    }

    // ---- /api/publish

    @Test
    void publishesOneMessageAndSaysItsSeq() {
        String body = "{\"channel\":\"price:publish\",\"data\":{\"n\":1}}";
        assertThat(json(publishWithKey(body).body()))
                .isEqualTo(json("{\"published\":1,\"failed\":[],\"seq\":1}"));
        assertThat(json(publishWithKey(body).body()).path("seq").asInt()).isEqualTo(2);
    }

    @Test
    void publishesABatchAndNamesTheMessagesThatFailed() {
        HttpResponse<String> response = publishWithKey("""
                {"messages":[{"channel":"price:batch","data":1},{"channel":"no[channel","data":1},
                {"channel":"nobodys:a","data":1},{"channel":"price:batch"},{"channel":"price:batch","data":"two"}]}""");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = json(response.body());
        assertThat(answer.path("published").asInt()).isEqualTo(2);
        assertThat(answer.path("failed")).isEqualTo(json("""
                [{"index":1,"code":"bad_channel"},{"index":2,"code":"forbidden"},{"index":3,"code":"bad_request"}]"""));
        assertThat(answer.path("seq").path(0).asInt()).isEqualTo(1);
        assertThat(answer.path("seq").path(4).asInt()).isEqualTo(2);
        assertThat(json(gateway.get("/channels/price:batch").body()).path("data").asText()).isEqualTo("two");
    }

    @Test
    void publishesOnlyWithTheApiKey() {
        String body = "{\"channel\":\"price:a\",\"data\":1}";
        assertThat(publish(body).statusCode()).isEqualTo(401);
        HttpResponse<String> wrong = publish(body, "authorization", "Bearer " + API_KEY + "!");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(code(wrong)).isEqualTo("unauthorized");
    }

    @Test
    void publishesWithoutAKeyOnALoopbackBindOnly() {
        String body = "{\"channel\":\"price:a\",\"data\":1}";
        try (GatewayFixture loopback = GatewayFixture.start("--api-key", "")) {
            assertThat(loopback.request("POST", "/api/publish", body).statusCode()).isEqualTo(200);
        }
        try (GatewayFixture everywhere = GatewayFixture.start("--api-key", "", "--host", "0.0.0.0")) {
            HttpResponse<String> refused = everywhere.request("POST", "/api/publish", body);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(code(refused)).isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"messages\":1}", "{\"channel\":\"price:a\",\"data\":}", "null", "{"})
    void refusesToPublishWhatIsNoSuchBody(String body) {
        HttpResponse<String> response = publishWithKey(body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("bad_request");
    }

    @Test
    void refusesABodyOverTheLimit() {
        String body = "{\"channel\":\"price:a\",\"data\":\"" + "x".repeat(2_048) + "\"}";
        HttpResponse<String> response = publishWithKey(body);
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(code(response)).isEqualTo("limit");
    }

    // ---- health, metrics, statistics, dashboard

    @Test
    void saysThatItIsThere() {
        assertThat(gateway.get("/ping").body()).isEqualTo("pong");
        JsonNode health = json(gateway.get("/health").body());
        assertThat(health.path("status").asText()).isEqualTo("up");
        assertThat(health.path("broker")).isEqualTo(json("{\"name\":\"memory\",\"status\":\"up\"}"));
        assertThat(gateway.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void tellsPrometheusEverythingThatIsCounted() {
        HttpResponse<String> response = gateway.get("/metrics");
        assertThat(header(response, "content-type")).startsWith("text/plain");
        Map<String, Double> samples = response.body().lines().filter(line -> !line.startsWith("#"))
                .map(SAMPLE::matcher).peek(sample -> assertThat(sample.matches()).as("%s", sample).isTrue())
                .collect(Collectors.toMap(sample -> sample.group().substring(0, sample.start(3) - 1),
                        sample -> Double.valueOf(sample.group(3).replace("+Inf", "Infinity"))));
        for (Counter counter : Counter.values()) {
            String label = counter.label().isEmpty() ? "" : "{" + counter.label() + "}";
            assertThat(samples).containsKey("tickgate_" + counter.metric() + "_total" + label);
        }
        for (Gauge gauge : Gauge.values()) {
            assertThat(samples).containsKey("tickgate_" + gauge.metric());
        }
        assertThat(samples).containsKeys("tickgate_connections", "tickgate_sessions{transport=\"sse\"}",
                "tickgate_ingest_to_flush_seconds_count", "tickgate_publish_to_flush_seconds_count");
        assertThat(samples.get("tickgate_upstream_up")).isEqualTo(1);
    }

    @Test
    void countsWhoIsConnectedByTransport() {
        try (HttpClient http = HttpClient.newHttpClient(); GatewayFixture counting = GatewayFixture.start()) {
            TestClient webSocket = ClientKind.WEBSOCKET.connect(counting, http, counting.token("stats"));
            TestClient sse = ClientKind.SSE_HTTP1.connect(counting, http, null);
            TestClient socketIo = ClientKind.SOCKETIO_WEBSOCKET.connect(counting, http, null);
            webSocket.inbox().awaitJoined("order:stats");
            webSocket.subscribe("price:stats");
            sse.subscribe("price:stats");
            JsonNode stats = json(counting.get("/api/stats").body());
            assertThat(stats.path("connections"))
                    .isEqualTo(json("{\"websocket\":1,\"sse\":1,\"socketio\":1,\"longpoll\":0,\"total\":3}"));
            assertThat(stats.path("users").asInt()).isEqualTo(1);
            assertThat(stats.path("rooms").asInt()).isEqualTo(3);
            assertThat(stats.path("subscriptions").asInt()).isEqualTo(4);
            assertThat(stats.path("latencyMs").path("ingestToFlush").has("p99")).isTrue();
            assertThat(json(counting.get("/api/socketio/stats").body()).path("connections"))
                    .isEqualTo(json("{\"socketio\":1,\"total\":1}"));
            webSocket.close();
            sse.close();
            socketIo.close();
            for (String transport : Set.of("websocket", "sse", "socketio")) {
                counting.awaitMetric("tickgate_sessions{transport=\"" + transport + "\"}", 0);
            }
            counting.awaitMetric("tickgate_users", 0);
            counting.awaitMetric("tickgate_rooms", 0);
            counting.awaitMetric("tickgate_subscriptions", 0);
        }
    }

    @Test
    void servesTheDashboard() {
        HttpResponse<String> page = gateway.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "content-security-policy")).contains("default-src 'self'");
        assertThat(gateway.get("/../logback.xml").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/nothing/here").statusCode()).isEqualTo(404);
    }

    // ---- methods and origins

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST|/channels/price:a|GET, HEAD, OPTIONS",
            "DELETE|/health|GET, HEAD, OPTIONS", "GET|/api/publish|POST, OPTIONS", "PUT|/events|GET, HEAD, OPTIONS",
            "POST|/ws|GET, HEAD, OPTIONS", "PUT|/metrics|GET, HEAD, OPTIONS", "POST|/ping|GET, HEAD, OPTIONS"})
    void saysWhichMethodsAPathTakes(String method, String path, String allowed) {
        HttpResponse<String> response = gateway.request(method, path, "");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo(allowed);
        HttpResponse<String> options = gateway.request("OPTIONS", path, "");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(header(options, "allow")).isEqualTo(allowed);
    }

    @Test
    void answersHeadLikeGetWithoutBody() {
        gateway.publish("price:head", number(1));
        HttpResponse<String> get = gateway.get("/channels/price:head");
        HttpResponse<String> head = gateway.request("HEAD", "/channels/price:head", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "etag")).isEqualTo(header(get, "etag"));
        assertThat(header(head, "content-length")).isEqualTo(String.valueOf(get.body().length()));
    }

    @Test
    void letsPagesOfAnyOriginReadWithoutCookies() {
        HttpResponse<String> response = gateway.get("/ping", "origin", FOREIGN);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
        assertThat(header(response, "access-control-allow-credentials")).isNull();
    }

    @Test
    void letsOnlyListedOriginsSendCookies() {
        HttpResponse<String> listed = gateway.get("/ping", "origin", LISTED, "cookie", "session=x");
        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(header(listed, "access-control-allow-origin")).isEqualTo(LISTED);
        assertThat(header(listed, "access-control-allow-credentials")).isEqualTo("true");
        HttpResponse<String> foreign = gateway.get("/ping", "origin", FOREIGN, "cookie", "session=x");
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(code(foreign)).isEqualTo("forbidden");
        HttpResponse<String> own = gateway.get("/ping", "origin", "http://127.0.0.1:" + gateway.port(), "cookie",
                "session=x");
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWebSocketsWithCookiesFromForeignPages() throws Exception {
        for (String path : Set.of("/ws", "/socket.io/?EIO=4&transport=websocket")) {
            try (RawSocket raw = RawSocket.connect(gateway.port())) {
                raw.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Origin: " + FOREIGN + "\r\nCookie: session=x\r\n\r\n");
                assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 403 ");
            }
        }
    }

    @Test
    void answersPreflights() {
        HttpResponse<String> response = gateway.request("OPTIONS", "/api/publish", "", "origin", FOREIGN,
                "access-control-request-method", "POST", "access-control-request-headers",
                "authorization, content-type");
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
        assertThat(header(response, "access-control-allow-methods")).contains("POST");
        assertThat(header(response, "access-control-allow-headers")).isEqualTo("authorization, content-type");
    }
}
