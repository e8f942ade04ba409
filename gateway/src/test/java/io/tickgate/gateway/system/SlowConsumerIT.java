package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;

/** Clients that stop reading for good, or vanish without a word: they are found and closed, and their neighbours lose nothing. */
class SlowConsumerIT {
    private static final String CHANNEL = "bench:flood";
    private static final String SLOW = "tickgate_disconnects_total{reason=\"slow_consumer\"}";
    private static final String SILENT = "tickgate_disconnects_total{reason=\"heartbeat\"}";
    private static final int PAYLOAD_BYTES = 10_000;
    private static final int MOST_UPDATES = 20_000;

    private HttpClient http;
    private GatewayFixture gateway;
    private TestClient neighbour;
    private int published;

    @BeforeEach
    void connectHttp() {
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        neighbour.close();
        gateway.close();
        http.shutdownNow();
    }

    private void start(int loops, String... flags) {
        String[] all = Arrays.copyOf(flags, flags.length + 4);
        all[flags.length] = "--loops";
        all[flags.length + 1] = String.valueOf(loops);
        all[flags.length + 2] = "--public";
        all[flags.length + 3] = "bench*";
        gateway = GatewayFixture.start(all);
        neighbour = ClientKind.WEBSOCKET.connect(gateway, http, null);
        neighbour.subscribe(CHANNEL);
    }

    private void startWithSmallBuffers(int loops) {
        start(loops, "--outbound-high-watermark-bytes", "65536", "--outbound-low-watermark-bytes", "16384",
                "--slow-reader-ms", "1000");
    }

    /** Publishes no faster than the neighbour reads, until somebody was closed. */
    private void floodUntilSomebodyIsClosed() {
        while (gateway.metric(SLOW) == 0) {
            assertThat(published).isLessThan(MOST_UPDATES);
            gateway.publish(CHANNEL, IntStream.range(0, 4).mapToObj(i -> payload(++published)).toList());
            neighbour.inbox().awaitN(CHANNEL, published);
        }
        assertThat(gateway.metric(SLOW)).isEqualTo(1);
    }

    private static String payload(int n) {
        return "{\"n\":" + n + ",\"x\":\"" + "x".repeat(PAYLOAD_BYTES) + "\"}";
    }

    private void assertNeighbourLostNothing() {
        gateway.publish(CHANNEL, payload(++published));
        assertThat(neighbour.inbox().awaitN(CHANNEL, published)).extracting(Update::n)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, published).boxed().toList());
        assertThat(neighbour.isOpen()).isTrue();
        assertThat(neighbour.inbox().controls("gap")).isEmpty();
    }

    private static void subscribe(RawSocket raw) throws IOException {
        raw.sendText("{\"op\":\"subscribe\",\"channels\":[\"" + CHANNEL + "\"]}");
        while (!raw.readUntilFrame(RawSocket.TEXT).text().contains("\"subscribed\"")) {
            // The welcome comes before.
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closesAWebSocketThatStopsReading(int loops) throws IOException {
        startWithSmallBuffers(loops);
        try (RawSocket raw = RawSocket.slow(gateway.port()).upgrade()) {
            subscribe(raw);
            floodUntilSomebodyIsClosed();
            RawSocket.Frame close = raw.readUntilFrame(RawSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(4503);
            assertThat(close.closeReason()).isEqualTo("slow_consumer");
        }
        gateway.awaitMetric("tickgate_sessions{transport=\"websocket\"}", 1);
        assertNeighbourLostNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void cutsOffAnEventStreamThatNobodyReads(int loops) throws IOException {
        startWithSmallBuffers(loops);
        try (RawSocket raw = RawSocket.slow(gateway.port())) {
            raw.send("GET /events?channels=" + CHANNEL + " HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.readUntil("\"subscribed\"");
            floodUntilSomebodyIsClosed();
            // Without the last chunk: the response broke off, which is why an EventSource comes back.
            assertThat(raw.readToEnd()).doesNotEndWith("\r\n0\r\n\r\n");
        }
        gateway.awaitMetric("tickgate_sessions{transport=\"sse\"}", 0);
        assertNeighbourLostNothing();
    }

    @Test
    void closesASocketIoClientThatStopsReading() throws IOException {
        startWithSmallBuffers(1);
        try (RawSocket raw = RawSocket.slow(gateway.port())) {
            raw.upgrade("/socket.io/?EIO=4&transport=websocket");
            raw.sendText("40");
            raw.sendText("420[\"subscribe\",\"" + CHANNEL + "\"]");
            while (!raw.readUntilFrame(RawSocket.TEXT).text().startsWith("430[")) {
                // Open and connected come before.
            }
            floodUntilSomebodyIsClosed();
        }
        gateway.awaitMetric("tickgate_sessions{transport=\"socketio\"}", 0);
        assertNeighbourLostNothing();
    }

    @Test
    void closesASocketIoClientThatStopsPolling() {
        startWithSmallBuffers(1);
        String path = "/socket.io/?EIO=4&transport=polling";
        path += "&sid=" + GatewayFixture.json(gateway.get(path).body().substring(1)).path("sid").asText();
        gateway.request("POST", path, "40");
        gateway.request("POST", path, "42[\"subscribe\",\"" + CHANNEL + "\"]");
        floodUntilSomebodyIsClosed();
        gateway.awaitMetric("tickgate_sessions{transport=\"socketio\"}", 0);
        assertNeighbourLostNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closesAWebSocketThatAnswersNoPings(int loops) throws IOException {
        start(loops, "--heartbeat-ms", "1000");
        try (RawSocket raw = RawSocket.connect(gateway.port()).upgrade()) {
            assertThat(raw.readUntilFrame(RawSocket.TEXT).text()).contains("\"heartbeat\":1000");
            raw.readUntilFrame(RawSocket.PING);
            RawSocket.Frame close = raw.readUntilFrame(RawSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(4508);
            assertThat(close.closeReason()).isEqualTo("heartbeat");
        }
        assertThat(gateway.metric(SILENT)).isEqualTo(1);
        assertNeighbourLostNothing();
    }

    @Test
    void closesSocketIoClientsThatFallSilent() throws IOException {
        start(1, "--heartbeat-ms", "1000");
        gateway.get("/socket.io/?EIO=4&transport=polling");
        try (RawSocket raw = RawSocket.connect(gateway.port());
                TestClient lively = ClientKind.SOCKETIO_POLLING.connect(gateway, http, null)) {
            raw.upgrade("/socket.io/?EIO=4&transport=websocket");
            raw.sendText("40");
            // Without a close frame, as the contract says, so that clients come back.
            raw.readToEnd();
            gateway.awaitMetric("tickgate_sessions{transport=\"socketio\"}", 1);
            lively.subscribe(CHANNEL);
            assertNeighbourLostNothing();
            lively.inbox().awaitN(CHANNEL, published);
        }
    }

    @Test
    void givesIdleEventStreamsASignOfLife() throws IOException {
        start(1, "--heartbeat-ms", "1000");
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send("GET /events?channels=" + CHANNEL + " HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.readUntil("\"subscribed\"");
            raw.readUntil("\n:");
            raw.readUntil("\n:");
        }
        gateway.awaitMetric("tickgate_sessions{transport=\"sse\"}", 0);
    }
}
