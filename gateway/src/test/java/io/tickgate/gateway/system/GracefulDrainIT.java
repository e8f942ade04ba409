package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/** A gateway that is told to stop: its clients are told, lose nothing that was published, and go one after the other. */
class GracefulDrainIT {
    private static final String CHANNEL = "bench:drain";
    private static final int WINDOW_MS = 1_500;
    private static final int UPDATES = 400;
    private static final int CLIENTS = 3;
    private static final String UPGRADE = """
            GET /ws HTTP/1.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            """;

    @TempDir
    private static Path directory;
    private static Certificate certificate;

    private GatewayFixture gateway;
    private HttpClient http;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (http != null) {
            http.shutdownNow();
        }
    }

    private void start(boolean tls, int loops, int windowMs) {
        String[] flags = {"--public", "bench*", "--loops", String.valueOf(loops), "--drain-ms",
                String.valueOf(windowMs), "--drain-retry-ms", "5000"};
        gateway = tls ? GatewayFixture.startWithTls(certificate, flags) : GatewayFixture.start(flags);
        http = tls ? HttpClient.newBuilder().sslContext(certificate.trusting()).build() : HttpClient.newHttpClient();
    }

    static Stream<Arguments> clientsAndWindows() {
        return Stream.of(ClientKind.values()).flatMap(kind -> Stream.of(WINDOW_MS, 0)
                // Without a window a client that has been answered can't ask for the rest, nor open its HTTP/2 window for it.
                .filter(windowMs -> windowMs > 0
                        || (kind != ClientKind.SOCKETIO_POLLING && kind != ClientKind.SSE_HTTP2_TLS))
                .map(windowMs -> Arguments.of(kind, windowMs)));
    }

    @ParameterizedTest
    @MethodSource("clientsAndWindows")
    void nothingThatWasPublishedBeforeIsLost(ClientKind kind, int windowMs) {
        start(kind.tls(), 2, windowMs);
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                TestClient client = kind.connect(gateway, http, null);
                clients.add(client);
                if (windowMs == 0 && client instanceof SocketIoTestClient socketIo) {
                    // One that still polls can't ask for the rest either.
                    socketIo.awaitUpgraded();
                }
                client.subscribe(CHANNEL);
            }
            // The last of it is still on its way through the loops when the stop begins.
            gateway.publish(CHANNEL, IntStream.rangeClosed(1, UPDATES).mapToObj(GracefulDrainIT::payload).toList());
            CompletableFuture<Void> stopped = gateway.stop();
            for (TestClient client : clients) {
                assertThat(client.inbox().awaitN(CHANNEL, UPDATES)).extracting(Update::n)
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, UPDATES).boxed().toList());
                assertThat(client.inbox().controls("gap")).isEmpty();
                JsonNode told = client.inbox().awaitControls("goaway", 1).getFirst();
                assertThat(told.path("reason").asText()).isEqualTo("drain");
                assertThat(told.path("retry").asInt(-1)).isBetween(0, 5_000);
                await().until(() -> !client.isOpen());
                assertClosedSoThatItComesBack(client);
            }
            stopped.join();
        } finally {
            clients.forEach(TestClient::close);
        }
    }

    private static String payload(int n) {
        return "{\"n\":" + n + ",\"x\":\"" + "x".repeat(50) + "\"}";
    }

    private static void assertClosedSoThatItComesBack(TestClient client) {
        switch (client) {
            case WebSocketTestClient webSocket -> assertThat(webSocket.awaitClose())
                    .isEqualTo(new WebSocketTestClient.Close(1012, "service_restart"));
            // After a DISCONNECT it would be "io server disconnect", and the client would stay away.
            case SocketIoTestClient socketIo ->
                assertThat(socketIo.awaitDisconnected()).isIn("transport close", "transport error");
            default -> {
                // An EventSource comes back after every end of a stream.
            }
        }
    }

    @Test
    void clientsAreClosedOneAfterTheOther() {
        start(false, 2, 2 * WINDOW_MS);
        ConcurrentLinkedQueue<Long> closedAt = new ConcurrentLinkedQueue<>();
        List<WebSocketTestClient> clients = new ArrayList<>();
        List<Thread> watchers = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            WebSocketTestClient client = new WebSocketTestClient(http, gateway.webSocketUri("/ws"), null);
            clients.add(client);
            watchers.add(Thread.startVirtualThread(() -> {
                client.awaitClose();
                closedAt.add(System.nanoTime());
            }));
        }
        gateway.stop().join();
        watchers.forEach(GracefulDrainIT::join);
        LongSummaryStatistics closes = closedAt.stream().mapToLong(Long::longValue).summaryStatistics();
        long spanMs = TimeUnit.NANOSECONDS.toMillis(closes.getMax() - closes.getMin());
        assertThat(spanMs).isGreaterThan(WINDOW_MS);
        for (int part = 0; part < 3; part++) {
            long from = closes.getMin() + part * (closes.getMax() - closes.getMin()) / 3;
            long to = closes.getMin() + (part + 1) * (closes.getMax() - closes.getMin()) / 3;
            assertThat(closedAt.stream().filter(at -> at >= from && at <= to).count())
                    .as("closed in a third of %d ms", spanMs).isBetween(5L, 60L);
        }
        List<Integer> retries = clients.stream()
                .map(client -> client.inbox().controls("goaway").getFirst().path("retry").asInt()).toList();
        assertThat(retries.stream().mapToInt(Integer::intValue).average().orElseThrow()).isBetween(1_500.0, 3_500.0);
        clients.forEach(WebSocketTestClient::close);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void connectionsThatAreThereHearThatItIsNotReadyAndToComeBackLater() throws Exception {
        start(false, 1, 60_000);
        // A client that stays, so that the gateway does; the others' requests have begun when the stop does.
        try (RawSocket stays = RawSocket.connect(gateway.port()).upgrade();
                RawSocket ready = begun("GET /health/ready HTTP/1.1\r\n");
                RawSocket live = begun("GET /health/live HTTP/1.1\r\n");
                RawSocket health = begun("GET /health HTTP/1.1\r\n");
                RawSocket stream = begun("GET /events?channels=price:x HTTP/1.1\r\n");
                RawSocket poll = begun("GET /events?channels=price:x HTTP/1.1\r\nAccept: application/json\r\n");
                RawSocket wait = begun("GET /channels/price:x?wait=60000 HTTP/1.1\r\n");
                RawSocket socket = begun(UPGRADE)) {
            gateway.stop();
            while (!stays.readUntilFrame(RawSocket.TEXT).text().contains("\"goaway\"")) {
                // The welcome comes before.
            }
            assertThat(end(ready)).startsWith("HTTP/1.1 503 ").contains("connection: close", "\"draining\"");
            assertThat(end(health)).startsWith("HTTP/1.1 503 ");
            assertThat(end(live)).startsWith("HTTP/1.1 200 ");
            assertThat(end(stream)).startsWith("HTTP/1.1 200 ").contains("retry: ", "\"code\":\"unavailable\"")
                    .endsWith("\r\n0\r\n\r\n");
            for (RawSocket held : List.of(poll, wait)) {
                assertThat(end(held)).startsWith("HTTP/1.1 503 ").contains("retry-after: ", "\"unavailable\"");
            }
            assertThat(end(socket)).startsWith("HTTP/1.1 503 ").contains("\"code\":\"unavailable\"");
            stays.sendFrame(0x88, new byte[0]);
            stays.readToEnd();
        }
        // Nobody is left: the window needs not be waited for.
        assertThat(gateway.stop()).succeedsWithin(Duration.ofSeconds(20));
    }

    /** A request that lacks its end, behind one whose answer shows that its beginning has arrived. */
    private RawSocket begun(String head) throws Exception {
        RawSocket socket = RawSocket.connect(gateway.port());
        socket.send("GET /ping HTTP/1.1\r\nHost: h\r\n\r\n" + head);
        socket.readUntil("pong");
        return socket;
    }

    private static String end(RawSocket socket) throws Exception {
        socket.send("Host: h\r\n\r\n");
        return socket.readToEnd();
    }
}
