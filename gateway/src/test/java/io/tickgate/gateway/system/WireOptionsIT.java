package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/** What a client may ask for to be told otherwise, byte for byte. */
class WireOptionsIT {
    private HttpClient http;
    private GatewayFixture gateway;

    @BeforeEach
    void start() {
        http = HttpClient.newHttpClient();
        gateway = GatewayFixture.start("--heartbeat-ms", "1000", "--public", "bench*");
    }

    @AfterEach
    void stop() {
        gateway.close();
        http.shutdownNow();
    }

    private String epoch(String channel) {
        return GatewayFixture.json(gateway.get("/channels/" + channel).body()).path("epoch").asText();
    }

    private RawSocket events(String query) throws IOException {
        RawSocket raw = RawSocket.connect(gateway.port());
        // HTTP/1.0 has no chunks.
        raw.send("GET /events?" + query + " HTTP/1.0\r\n\r\n");
        assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("text/event-stream")
                .contains("cache-control: no-store").contains("x-accel-buffering: no");
        return raw;
    }

    @Test
    void opensAnEventStreamAsTheContractSays() throws IOException {
        try (RawSocket raw = events("channels=price:a")) {
            assertThat(raw.readUntil("\n\n")).isEqualTo("retry: 2000\n\n");
            assertThat(raw.readUntil("\n\n")).matches("id: [A-Za-z0-9]+-0\n\n");
            assertThat(raw.readUntil("\n\n")).startsWith("event: control\ndata: {\"op\":\"welcome\"");
            assertThat(raw.readUntil("\n\n")).startsWith("event: control\ndata: {\"op\":\"subscribed\"");
            raw.readUntil("\n\n");
            gateway.publish("price:a", number(1));
            assertThat(raw.readUntil("\n\n")).matches(
                    "id: [A-Za-z0-9]+-1\ndata: \\{\"channel\":\"price:a\",\"seq\":1,\"data\":\\{\"n\":1}}\n\n");
        }
    }

    @Test
    void sendsKindsAsEventsAndBarePayloadsToWhomeverAsks() throws IOException {
        try (RawSocket raw = events("channels=price:a&event=kind&data=payload")) {
            raw.readUntil("\"subscribed\"");
            raw.readUntil("\n\n");
            raw.readUntil("\n\n");
            gateway.publish("price:a", number(7));
            assertThat(raw.readUntil("\n\n")).matches("id: [A-Za-z0-9]+-1\nevent: price\ndata: \\{\"n\":7}\n\n");
        }
    }

    @Test
    void sendsHeartbeatsAsMessagesToWhomeverAsks() throws IOException {
        try (RawSocket raw = events("channels=price:a&heartbeat=message");
                WebSocketTestClient client = new WebSocketTestClient(http,
                        gateway.webSocketUri("/ws?heartbeat=message"), null)) {
            assertThat(raw.readUntil("\"heartbeat\",\"time\":")).contains("event: control");
            assertThat(client.inbox().awaitControls("heartbeat", 2)).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void agreesOnTheSubprotocolAndWelcomes() {
        try (WebSocketTestClient client = new WebSocketTestClient(http, gateway.webSocketUri("/ws"),
                gateway.token("42"))) {
            assertThat(client.subprotocol()).isEqualTo("tickgate.v1.json");
            JsonNode welcome = client.inbox().awaitControls("welcome", 1).getFirst();
            assertThat(client.inbox().all().getFirst()).isEqualTo(new Inbox.Entry.Control(welcome));
            assertThat(welcome.path("user").asText()).isEqualTo("42");
            assertThat(welcome.path("heartbeat").asInt()).isEqualTo(1_000);
            assertThat(welcome.path("channels")).extracting(JsonNode::asText).containsExactly("user:42", "order:42");
            assertThat(welcome.path("session").asText()).isNotEmpty();
            assertThat(welcome.path("limits").path("subscriptions").asInt()).isEqualTo(1_024);
        }
    }

    /** RFC 6455 §11.3.4: in as many headers as the client likes. */
    @Test
    void findsItsSubprotocolAmongOthers() throws IOException {
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send("""
                    GET /ws HTTP/1.1\r
                    Host: a\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Version: 13\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Protocol: a, b\r
                    Sec-WebSocket-Protocol: c, tickgate.v1.json\r
                    \r
                    """);
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ")
                    .contains("\r\nsec-websocket-protocol: tickgate.v1.json\r\n");
        }
    }

    @Test
    void agreesToDeflateExceptWhereNothingIsShared() throws IOException {
        String agreed = "\r\nsec-websocket-extensions: permessage-deflate; client_max_window_bits=10\r\n";
        assertThat(deflateOffered("/ws")).contains(agreed);
        assertThat(deflateOffered("/socket.io/?EIO=4&transport=websocket")).contains(agreed);
        assertThat(deflateOffered("/ws?batch=1")).doesNotContain("sec-websocket-extensions");
        assertThat(deflateOffered("/ws?token=forged")).doesNotContain("sec-websocket-extensions");
    }

    /** The answer to a handshake. */
    private String deflateOffered(String path) throws IOException {
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            String answer = raw.readUntil("\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 101 ");
            return answer;
        }
    }

    @Test
    void putsSeveralMessagesIntoAFrameForWhomeverAsks() throws IOException {
        try (RawSocket raw = RawSocket.connect(gateway.port()).upgrade("/ws?batch=1")) {
            raw.sendText("{\"op\":\"subscribe\",\"channels\":[\"bench:batch\"]}");
            while (!raw.readUntilFrame(RawSocket.TEXT).text().contains("\"subscribed\"")) {
                // The welcome comes before.
            }
            gateway.publish("bench:batch", IntStream.rangeClosed(1, 50).mapToObj(Site::number).toList());
            List<String> lines = new ArrayList<>();
            int frames = 0;
            while (lines.size() < 50) {
                raw.readUntilFrame(RawSocket.TEXT).text().lines().forEach(lines::add);
                frames++;
            }
            assertThat(frames).isLessThan(50);
            for (int n = 1; n <= 50; n++) {
                assertThat(lines.get(n - 1))
                        .isEqualTo("{\"channel\":\"bench:batch\",\"seq\":" + n + ",\"data\":{\"n\":" + n + "}}");
            }
        }
    }

    @Test
    void passesPayloadsThroughByteForByte() throws IOException {
        String payload = "{\"a\" :\t1.500e0 ,\"b\":\"\\u00e4ä\\/\",\"a\":[ ]}";
        try (Site site = Site.withRedis(); RawSocket raw = RawSocket.connect(site.gateway().port()).upgrade()) {
            raw.sendText("{\"op\":\"subscribe\",\"channels\":[\"price:bytes\"]}");
            while (!raw.readUntilFrame(RawSocket.TEXT).text().contains("\"subscribed\"")) {
                // The welcome comes before.
            }
            site.publish("price:bytes", payload);
            assertThat(raw.readUntilFrame(RawSocket.TEXT).text())
                    .isEqualTo("{\"channel\":\"price:bytes\",\"seq\":1,\"data\":" + payload + "}");
        }
    }

    @Test
    void givesASocketIoHandlerThePayloadAndNothingElseUnlessItAsksForMeta() throws IOException {
        gateway.publish("price:a", number(1));
        try (RawSocket plain = RawSocket.connect(gateway.port()).upgrade("/socket.io/?EIO=4&transport=websocket");
                RawSocket meta = RawSocket.connect(gateway.port()).upgrade("/socket.io/?EIO=4&transport=websocket")) {
            plain.sendText("40");
            meta.sendText("40{\"meta\":true}");
            for (RawSocket raw : List.of(plain, meta)) {
                raw.sendText("420[\"subscribe\",\"price:a\"]");
                while (!raw.readUntilFrame(RawSocket.TEXT).text().startsWith("430[{\"ok\":true")) {
                    // Open and connected come before.
                }
            }
            assertThat(plain.readUntilFrame(RawSocket.TEXT).text()).isEqualTo("42[\"price_update\",{\"n\":1}]");
            assertThat(meta.readUntilFrame(RawSocket.TEXT).text()).isEqualTo(
                    "42[\"price_update\",{\"n\":1},{\"channel\":\"price:a\",\"epoch\":\"" + epoch("price:a")
                            + "\",\"seq\":1}]");
        }
    }

    @Test
    void servesManyStreamsOfOneHttp2Connection(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        try (GatewayFixture secure = GatewayFixture.startWithTls(certificate, "--loops", "3", "--public", "bench*");
                HttpClient one = HttpClient.newBuilder().sslContext(certificate.trusting()).build()) {
            double before = secure.metric("tickgate_connections_accepted_total");
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                TestClient client = ClientKind.SSE_HTTP2_TLS.connect(secure, one, null);
                client.subscribe("bench:streams", "price:own" + i);
                clients.add(client);
            }
            // A burst: for all streams together more than one connection may hold for long.
            secure.publish("bench:streams", IntStream.rangeClosed(1, 100).mapToObj(Site::number).toList());
            for (TestClient client : clients) {
                client.inbox().awaitN("bench:streams", 100);
            }
            for (int i = 0; i < 100; i++) {
                secure.publish("price:own" + i, number(i));
            }
            for (int i = 0; i < 100; i++) {
                Inbox inbox = clients.get(i).inbox();
                inbox.awaitN("price:own" + i, i);
                assertThat(inbox.updates("bench:streams")).extracting(Update::n)
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
                assertThat(inbox.updates()).hasSize(101);
            }
            assertThat(secure.metric("tickgate_connections_accepted_total")).isEqualTo(before + 1);
            clients.forEach(TestClient::close);
            secure.awaitMetric("tickgate_sessions{transport=\"sse\"}", 0);
            one.shutdownNow();
        }
    }
}
