package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.GatewayFixture;

/** Load, clients that come and go, and clients that do not read: afterwards every update that was due is accounted for. */
class ReconciliationIT {
    private static final List<String> CHANNELS = List.of("price:A", "bench:a");
    private static final List<ClientKind> STEADY = List.of(ClientKind.WEBSOCKET, ClientKind.SSE_HTTP1,
            ClientKind.SOCKETIO_WEBSOCKET, ClientKind.SOCKETIO_POLLING);
    private static final List<ClientKind> FICKLE = List.of(ClientKind.WEBSOCKET, ClientKind.SSE_HTTP1,
            ClientKind.SOCKETIO_WEBSOCKET);
    private static final int UPDATES = 600;
    private static final int PER_ROUND = 50;
    private static final int PAYLOAD_BYTES = 500;

    @ParameterizedTest(name = "on {0} with {1} loops")
    @CsvSource({"embedded,1", "embedded,3", "redis,1", "redis,3"})
    void theSumsAreExact(String broker, int loops) throws Exception {
        String[] flags = {"--loops", String.valueOf(loops), "--public", "bench*"};
        HttpClient http = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        List<TestClient> steady = new ArrayList<>();
        List<RawSocket> slow = new ArrayList<>();
        try (Site site = broker.equals("redis") ? Site.withRedis(flags) : Site.embedded(flags)) {
            try {
                for (ClientKind kind : STEADY) {
                    TestClient client = kind.connect(site.gateway(), http, null);
                    client.subscribe(CHANNELS.toArray(String[]::new));
                    steady.add(client);
                }
                for (int i = 0; i < 4; i++) {
                    slow.add(stalled(site));
                }
                AtomicBoolean stop = new AtomicBoolean();
                List<Future<?>> fickle = new ArrayList<>();
                FICKLE.forEach(kind -> fickle.add(threads.submit(() -> comeAndGo(site, http, kind, stop))));
                publish(site, steady);
                stop.set(true);
                for (Future<?> each : fickle) {
                    each.get();
                }
                // Half of those that did not read never will.
                slow.removeLast().close();
                slow.removeLast().close();
                for (RawSocket each : slow) {
                    threads.submit(each::readToEnd);
                }
                CHANNELS.forEach(channel -> assertReconciled(site.gateway(), channel));
            } finally {
                steady.forEach(TestClient::close);
                slow.forEach(RawSocket::close);
            }
        } finally {
            http.shutdownNow();
            threads.shutdownNow();
        }
    }

    private static RawSocket stalled(Site site) throws IOException {
        RawSocket raw = RawSocket.slow(site.gateway().port()).upgrade();
        raw.sendText("{\"op\":\"subscribe\",\"channels\":[\"" + String.join("\",\"", CHANNELS) + "\"]}");
        while (!raw.readUntilFrame(RawSocket.TEXT).text().contains("\"subscribed\"")) {
            // The welcome comes before.
        }
        return raw;
    }

    private static void comeAndGo(Site site, HttpClient http, ClientKind kind, AtomicBoolean stop) {
        while (!stop.get()) {
            try (TestClient client = kind.connect(site.gateway(), http, null)) {
                client.subscribe(CHANNELS.getFirst());
                client.subscribe(CHANNELS.getLast());
                client.unsubscribe(CHANNELS.getFirst());
            }
        }
    }

    private static void publish(Site site, List<TestClient> steady) {
        for (int n = 1; n <= UPDATES; n += PER_ROUND) {
            for (String channel : CHANNELS) {
                site.publishAll(channel, IntStream.range(n, n + PER_ROUND)
                        .mapToObj(i -> "{\"n\":" + i + ",\"x\":\"" + "x".repeat(PAYLOAD_BYTES) + "\"}").toList());
            }
            for (TestClient client : steady) {
                client.inbox().awaitN(CHANNELS.getLast(), n + PER_ROUND - 1);
            }
        }
        for (TestClient client : steady) {
            assertThat(client.inbox().updates(CHANNELS.getLast())).extracting(Update::n)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, UPDATES).boxed().toList());
        }
    }

    private static void assertReconciled(GatewayFixture gateway, String channel) {
        Awaitility.await(channel).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            JsonNode account = GatewayFixture.json(gateway.get("/api/stats/channels/" + channel).body());
            assertThat(account.path("pending").asLong(-1)).as("%s", account).isZero();
            assertThat(account.path("delivered").asLong() + account.path("conflated").asLong()
                    + account.path("gapped").asLong() + account.path("abandoned").asLong()).as("%s", account)
                    .isEqualTo(account.path("due").asLong());
            // The steady ones got all of the every channel.
            assertThat(account.path("due").asLong()).isGreaterThan((long) STEADY.size() * UPDATES);
        });
    }
}
