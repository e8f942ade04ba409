package io.tickgate.gateway.system;

import static io.tickgate.gateway.GatewayFixture.json;
import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.ExpectedLog;

/** What somebody gets who sends too much, or what makes no sense, on every entry; and that a neighbour never feels it. */
class BadInputIT {
    private static final int FRAME_BYTES = 2_048;
    private static final String NEIGHBOURS = "price:neighbour";

    private static GatewayFixture gateway;
    private static HttpClient http;
    private static int published;

    private TestClient neighbour;

    @BeforeAll
    static void start() {
        http = HttpClient.newHttpClient();
        gateway = GatewayFixture.start("--max-frame-bytes", String.valueOf(FRAME_BYTES), "--max-subscriptions", "5",
                "--max-channels-per-command", "4", "--socket-io-max-payload-bytes", String.valueOf(FRAME_BYTES));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        http.shutdownNow();
    }

    @BeforeEach
    void connectNeighbour() {
        neighbour = ClientKind.WEBSOCKET.connect(gateway, http, null);
        neighbour.subscribe(NEIGHBOURS);
    }

    @AfterEach
    void neighbourIsServed() {
        gateway.publish(NEIGHBOURS, number(++published));
        neighbour.inbox().awaitN(NEIGHBOURS, published);
        neighbour.close();
    }

    private static WebSocketTestClient webSocket(String token) {
        return (WebSocketTestClient) ClientKind.WEBSOCKET.connect(gateway, http, token);
    }

    private static String expiredToken() {
        return gateway.token("42", Duration.ofSeconds(1), Instant.now().minusSeconds(60));
    }

    /** For long enough to connect with it. */
    private static String shortToken(String... patterns) {
        return gateway.token("42", Duration.ofSeconds(2), Instant.now(), patterns);
    }

    private static double metric(String series) {
        return gateway.metric(series);
    }

    // ---- WebSocket

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "[]", "hello", "{\"op\":\"ping\"} x", "{\"op\":\"ping\",}", "1", "\u0000"})
    void closesAWebSocketThatSendsNoJsonObject(String text) {
        double before = metric("tickgate_frames_refused_total");
        try (WebSocketTestClient client = webSocket(null)) {
            client.send(text);
            assertThat(client.awaitClose()).isEqualTo(new WebSocketTestClient.Close(4400, "bad_request"));
        }
        assertThat(metric("tickgate_frames_refused_total")).isEqualTo(before + 1);
    }

    @Test
    void answersEveryCommandItCannotDo() {
        try (WebSocketTestClient client = webSocket(null)) {
            for (String fields : new String[]{"{}", "{\"channels\":\"price:a\"}",
                    "{\"channels\":[1]}", "{\"channels\":[\"price:a\"],\"interval\":5}",
                    "{\"channels\":[\"price:a\"],\"interval\":-1}", "{\"channels\":[\"price:a\"],\"resume\":[]}"}) {
                JsonNode answer = client.ask("subscribe", json(fields).deepCopy());
                assertThat(answer.path("op").asText()).as(fields).isEqualTo("error");
                assertThat(answer.path("code").asText()).as(fields).isEqualTo("bad_request");
            }
            assertThat(client.ask("ping", WebSocketTestClient.fields()).path("op").asText()).isEqualTo("pong");
        }
    }

    @Test
    void answersACommandWithoutIdToo() {
        try (WebSocketTestClient client = webSocket(null)) {
            client.send("{\"op\":\"dance\"}");
            assertThat(client.inbox().awaitControls("error", 1).getFirst().path("code").asText())
                    .isEqualTo("bad_request");
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void closesAWebSocketThatSendsTooLargeAMessage() {
        try (WebSocketTestClient client = webSocket(null)) {
            client.send("{\"op\":\"ping\",\"x\":\"" + "x".repeat(FRAME_BYTES) + "\"}");
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void closesAWebSocketThatSendsUnmaskedOrBinaryFrames() throws Exception {
        try (RawSocket raw = RawSocket.connect(gateway.port()).upgrade()) {
            raw.sendFrame(0x82, new byte[]{1});
            assertThat(raw.readUntilFrame(RawSocket.CLOSE).closeCode()).isEqualTo(1003);
        }
        try (RawSocket raw = RawSocket.connect(gateway.port()).upgrade()) {
            raw.send("\u0081\u0001x");
            assertThat(raw.readUntilFrame(RawSocket.CLOSE).closeCode()).isEqualTo(1002);
        }
        try (RawSocket raw = RawSocket.connect(gateway.port()).upgrade()) {
            raw.sendFrame(0x81, new byte[]{(byte) 0xc3, 0x28});
            assertThat(raw.readUntilFrame(RawSocket.CLOSE).closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void refusesMoreChannelsThanACommandOrAConnectionMayHave() {
        try (WebSocketTestClient client = webSocket(null)) {
            JsonNode answer = client.ask("subscribe",
                    json("{\"channels\":[\"price:1\",\"price:2\",\"price:3\",\"price:4\",\"price:5\"]}").deepCopy());
            assertThat(answer.path("op").asText()).isEqualTo("error");
            assertThat(answer.path("code").asText()).isEqualTo("limit");
            client.subscribe("price:1", "price:2", "price:3", "price:4");
            Answer full = client.subscribe("price:5", "price:6", "price:1");
            assertThat(full.joined()).containsOnlyKeys("price:5", "price:1");
            assertThat(full.refused()).containsOnly(Map.entry("price:6", "limit"));
            client.unsubscribe("price:1");
            assertThat(client.subscribe("price:6").refused()).isEmpty();
        }
    }

    // ---- tokens

    @Test
    void closesAWebSocketThatComesWithABadToken() {
        double before = metric("tickgate_tokens_refused_total");
        try (WebSocketTestClient client = webSocket("made.up.token")) {
            assertThat(client.awaitClose()).isEqualTo(new WebSocketTestClient.Close(4401, "unauthorized"));
        }
        try (WebSocketTestClient client = webSocket(expiredToken())) {
            assertThat(client.awaitClose()).isEqualTo(new WebSocketTestClient.Close(4401, "token_expired"));
        }
        assertThat(metric("tickgate_tokens_refused_total")).isEqualTo(before + 2);
    }

    @Test
    void refusesAnEventStreamWithABadToken() {
        HttpResponse<String> forged = gateway.get("/events?channels=price:a&token=made.up.token");
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(json(forged.body()).path("code").asText()).isEqualTo("unauthorized");
        HttpResponse<String> expired = gateway.get("/events?channels=price:a&token=" + expiredToken());
        assertThat(expired.statusCode()).isEqualTo(401);
        assertThat(json(expired.body()).path("code").asText()).isEqualTo("token_expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void refusesASocketIoClientWithABadToken(String transport) {
        try (SocketIoTestClient client = SocketIoTestClient.start(gateway.uri("/"), "made.up.token", transport)) {
            JsonNode refusal = client.awaitRefused();
            assertThat(refusal.path("message").asText()).isEqualTo("unauthorized");
            assertThat(refusal.path("data").path("code").asText()).isEqualTo("unauthorized");
        }
    }

    @Test
    void closesAWebSocketWhenItsTokenExpires() {
        try (WebSocketTestClient client = webSocket(shortToken())) {
            assertThat(client.inbox().awaitControls("welcome", 1).getFirst().path("expires").asLong()).isPositive();
            assertThat(client.awaitClose()).isEqualTo(new WebSocketTestClient.Close(4401, "token_expired"));
        }
    }

    @Test
    void endsAnEventStreamWhenItsTokenExpires() {
        try (TestClient client = ClientKind.SSE_HTTP1.connect(gateway, http, shortToken())) {
            client.subscribe("price:a");
            assertThat(client.inbox().awaitControls("error", 1).getFirst().path("code").asText())
                    .isEqualTo("token_expired");
            Awaitility.await().until(() -> !client.isOpen());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void disconnectsASocketIoClientForGoodWhenItsTokenExpires(String transport) {
        try (SocketIoTestClient client = SocketIoTestClient.connect(gateway.uri("/"), shortToken(), transport)) {
            assertThat(client.awaitDisconnected()).isEqualTo("io server disconnect");
        }
    }

    @Test
    void staysWhenTheTokenIsRenewedBeforeItExpires() {
        try (WebSocketTestClient client = webSocket(shortToken("log:*"))) {
            client.subscribe("log:renewed");
            JsonNode renewed = client.ask("auth",
                    WebSocketTestClient.fields().put("token", gateway.token("42", Duration.ofSeconds(4),
                            Instant.now(), "log:*")));
            assertThat(renewed.path("op").asText()).isEqualTo("authenticated");
            JsonNode welcome = client.inbox().awaitControls("welcome", 1).getFirst();
            assertThat(renewed.path("expires").asLong()).isGreaterThan(welcome.path("expires").asLong());
            assertThat(client.awaitClose().code()).isEqualTo(4401);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(renewed.path("expires").asLong());
        }
    }

    @Test
    void takesTheTokenInBand() {
        try (WebSocketTestClient client = webSocket(null)) {
            assertThat(client.subscribe("log:bots").refused()).containsValue("unauthorized");
            JsonNode refused = client.ask("auth", WebSocketTestClient.fields().put("token", "made.up.token"));
            assertThat(refused.path("code").asText()).isEqualTo("unauthorized");
            assertThat(client.ask("auth", WebSocketTestClient.fields().put("token", expiredToken())).path("code")
                    .asText()).isEqualTo("token_expired");
            JsonNode accepted = client.ask("auth",
                    WebSocketTestClient.fields().put("token", gateway.token("42", "log:*")));
            assertThat(accepted.path("user").asText()).isEqualTo("42");
            client.inbox().awaitJoined("user:42");
            assertThat(client.subscribe("log:bots").refused()).isEmpty();
            JsonNode anothers = client.ask("auth", WebSocketTestClient.fields().put("token", gateway.token("43")));
            assertThat(anothers.path("code").asText()).isEqualTo("bad_request");
            JsonNode lesser = client.ask("auth", WebSocketTestClient.fields().put("token", gateway.token("42")));
            assertThat(lesser.path("op").asText()).isEqualTo("authenticated");
            assertThat(client.inbox().awaitControls("unsubscribed", 1).getFirst().path("reason").asText())
                    .isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket"})
    void takesTheTokenOfASocketIoClientInBand(String transport) {
        try (SocketIoTestClient client = SocketIoTestClient.connect(gateway.uri("/"), null, transport)) {
            assertThat(client.subscribe("log:bots").refused()).containsValue("unauthorized");
            JsonNode refused = client.ask("authenticate", "made.up.token");
            assertThat(refused.path("ok").asBoolean(true)).isFalse();
            assertThat(refused.path("code").asText()).isEqualTo("unauthorized");
            JsonNode accepted = client.ask("authenticate", gateway.token("42", "log:*"));
            assertThat(accepted.path("ok").asBoolean()).isTrue();
            assertThat(accepted.path("user").asText()).isEqualTo("42");
            assertThat(client.subscribe("log:bots").refused()).isEmpty();
        }
    }

    // ---- SSE

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/events?channels=", "/events?channels=price:a&interval=5",
            "/events?channels=price:a&interval=x", "/events?channels=price:a,,price:b", "/events?channels=no%5Bchannel",
            "/events?channels=price:1,price:2,price:3,price:4,price:5"})
    void refusesAnEventStreamThatCannotBe(String path) {
        HttpResponse<String> response = gateway.get(path);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response.body()).path("code").asText()).isIn("bad_request", "bad_channel", "limit");
    }

    // ---- Socket.IO

    @ParameterizedTest
    @EnumSource(names = {"SOCKETIO_POLLING", "SOCKETIO_WEBSOCKET"})
    void refusesSocketIoArgumentsThatMakeNoSense(ClientKind kind) {
        try (SocketIoTestClient client = (SocketIoTestClient) kind.connect(gateway, http, null)) {
            for (Object argument : new Object[]{1, true, new JSONObject()}) {
                JsonNode answer = client.ask("subscribe", argument);
                assertThat(answer.path("ok").asBoolean(true)).isFalse();
                assertThat(answer.path("code").asText()).isEqualTo("bad_request");
            }
            assertThat(client.subscribe("price:a").refused()).isEmpty();
        }
    }

    @Test
    void refusesPollingRequestsThatBreakTheProtocol() {
        String open = gateway.get("/socket.io/?EIO=4&transport=polling").body();
        String sid = json(open.substring(1)).path("sid").asText();
        String path = "/socket.io/?EIO=4&transport=polling&sid=";
        assertThat(gateway.get("/socket.io/?EIO=2&transport=polling").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/socket.io/?EIO=4&transport=pigeon").statusCode()).isEqualTo(400);
        assertThat(gateway.get(path + "nobody").statusCode()).isEqualTo(400);
        assertThat(gateway.request("POST", path + sid, "4" + "x".repeat(2 * FRAME_BYTES)).statusCode())
                .isEqualTo(413);
        String other = json(gateway.get("/socket.io/?EIO=4&transport=polling").body().substring(1)).path("sid")
                .asText();
        assertThat(gateway.request("POST", path + other, "42[\"before connect\"]").statusCode()).isEqualTo(400);
        // It broke the protocol, so its connection is gone.
        assertThat(gateway.get(path + other).statusCode()).isEqualTo(400);
    }

    // ---- HTTP

    @Test
    void refusesHeadsUrlsAndBodiesOverTheLimit() throws Exception {
        assertThat(answerTo("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(answerTo("GET /ping HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(answerTo("POST /ping HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(answerTo("POST /api/publish HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(answerTo("GET /ping HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(answerTo("GET /ping HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answerTo("\u0016\u0003\u0001\u0002\u0000\u0001\u0000")).doesNotContain("200 OK");
    }

    private static String answerTo(String request) throws Exception {
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send(request);
            raw.finish();
            return raw.readToEnd();
        }
    }

    @Test
    @ExpectedLog({"^dropped a publication ", "^Dropped a message "})
    void dropsAndCountsWhatBackendsPublishWrong() {
        try (Site site = Site.withRedis("--max-payload-bytes", "1000");
                TestClient client = ClientKind.WEBSOCKET.connect(site.gateway(), http, null)) {
            String channel = "price:dropped";
            client.subscribe(channel);
            site.publish(channel, "{\"n\":");
            site.publish(channel, "");
            site.publish(channel, "[".repeat(70) + "]".repeat(70));
            site.publish(channel, "\"" + "x".repeat(1_000) + "\"");
            site.publish("price:", number(1));
            site.publish(channel, number(1));
            assertThat(client.inbox().awaitN(channel, 1)).extracting(Update::seq).containsExactly(1L);
            GatewayFixture at = site.gateway();
            assertThat(at.metric("tickgate_publications_refused_total{reason=\"payload\"}")).isEqualTo(3);
            assertThat(at.metric("tickgate_publications_refused_total{reason=\"size\"}")).isEqualTo(1);
            assertThat(at.metric("tickgate_publications_refused_total{reason=\"channel\"}")).isEqualTo(1);
        }
    }

    @Test
    @ExpectedLog("^dropped a publication on quote:all: no sequence number in its n ")
    void dropsAndCountsWhatABackendForgotToNumber(@TempDir Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("tickgate.yaml"),
                "kinds: {quote: {mode: latest, readers: public, seqField: n, conflationKey: symbol}}\n");
        try (Site site = Site.embedded("--config", config.toString())) {
            HttpResponse<String> answer = site.gateway().request("POST", "/api/publish",
                    "{\"messages\":[{\"channel\":\"quote:all\",\"data\":{\"symbol\":\"A\",\"n\":1}},"
                            + "{\"channel\":\"quote:all\",\"data\":{\"symbol\":\"B\"}}]}",
                    "content-type", "application/json", "authorization", "Bearer " + GatewayFixture.API_KEY);
            assertThat(json(answer.body()).path("published").asInt()).isEqualTo(1);
            assertThat(json(answer.body()).path("failed"))
                    .isEqualTo(json("[{\"index\":1,\"code\":\"bad_request\"}]"));
            assertThat(site.gateway().metric("tickgate_publications_refused_total{reason=\"sequence\"}")).isEqualTo(1);
        }
    }

    @Test
    void servesOnAfterHundredsOfBadClients() throws Exception {
        for (int i : IntStream.range(0, 200).toArray()) {
            try (RawSocket raw = RawSocket.connect(gateway.port())) {
                if (i % 2 == 0) {
                    raw.upgrade().sendText("{\"op\":");
                } else {
                    raw.send("GET /events?channels=" + "price:a,".repeat(i % 7) + " HTTP/1.1\r\nHo");
                }
            }
        }
        gateway.awaitMetric("tickgate_sessions{transport=\"websocket\"}", 1);
    }
}
