package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that come and go while numbers are published: wherever one joins, it sees the numbers from there on, each once and
 * in order. The numbers are the seqs too, since nobody else publishes.
 */
class SubscribeRaceIT {
    /** Each shared by two clients only, so that rooms open and close all the time. */
    private static final List<List<String>> CHANNELS = List.of(List.of("bench:a", "price:a"),
            List.of("bench:b", "price:b"), List.of("bench:c", "price:c"), List.of("bench:d", "price:d"));
    /** Published to after all others: what its subscriber has got, the gateway has got of every channel. */
    private static final String PACE = "bench:pace";
    private static final List<ClientKind> CLIENTS = List.of(ClientKind.WEBSOCKET, ClientKind.WEBSOCKET,
            ClientKind.WEBSOCKET, ClientKind.SSE_HTTP1, ClientKind.SSE_HTTP1, ClientKind.SOCKETIO_WEBSOCKET,
            ClientKind.SOCKETIO_UPGRADE, ClientKind.SOCKETIO_POLLING);
    private static final int ROUNDS = 12;
    private static final int NUMBERS_PER_ROUND = 30;
    private static final int BURST = 5;

    @ParameterizedTest(name = "on {0} with {1} loops")
    @CsvSource({"embedded,1", "embedded,3", "redis,1", "redis,3"})
    void seesNeitherHoleNorDoubleWhereverAClientJoins(String broker, int loops) throws Exception {
        String[] flags = {"--loops", String.valueOf(loops), "--public", "bench*"};
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (HttpClient http = HttpClient.newHttpClient();
                Site site = broker.equals("redis") ? Site.withRedis(flags) : Site.embedded(flags);
                TestClient anchor = ClientKind.WEBSOCKET.connect(site.gateway(), http, null)) {
            anchor.subscribe(PACE);
            for (List<String> channels : CHANNELS) {
                // From now on Redis is followed, and the gateway counts, with subscribers or without.
                anchor.subscribe(channels.toArray(String[]::new));
                anchor.unsubscribe(channels.toArray(String[]::new));
            }
            List<Future<?>> racers = new ArrayList<>();
            for (int i = 0; i < CLIENTS.size(); i++) {
                ClientKind kind = CLIENTS.get(i);
                String[] channels = CHANNELS.get(i % CHANNELS.size()).toArray(String[]::new);
                racers.add(threads.submit(() -> race(site, http, kind, channels)));
            }
            int last = publishWhile(racers, site, anchor);
            assertConsecutive(anchor.inbox().awaitN(PACE, last), 1);
            assertThat(anchor.inbox().controls("gap")).isEmpty();
            http.shutdownNow();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Publishes in bursts, each once the one before has arrived, until all have finished. */
    private static int publishWhile(List<Future<?>> racers, Site site, TestClient anchor)
            throws InterruptedException, ExecutionException {
        int n = 0;
        while (racers.stream().anyMatch(racer -> !racer.isDone())) {
            int from = n + 1;
            n += BURST;
            for (List<String> channels : CHANNELS) {
                for (String channel : channels) {
                    site.publishNumbers(channel, from, n);
                }
            }
            site.publishNumbers(PACE, from, n);
            anchor.inbox().awaitN(PACE, n);
        }
        for (Future<?> racer : racers) {
            racer.get();
        }
        return n;
    }

    private static void race(Site site, HttpClient http, ClientKind kind, String... channels) {
        try (TestClient client = kind.connect(site.gateway(), http, null)) {
            for (int round = 0; round < ROUNDS; round++) {
                Answer answer = client.subscribe(channels);
                for (String channel : channels) {
                    JsonNode joined = answer.joined().get(channel);
                    // A snapshot has the seq itself, what is live starts after it.
                    long first = joined.path("seq").asLong() + (joined.path("snapshot").asBoolean() ? 0 : 1);
                    assertConsecutive(client.inbox().awaitUpdates(channel, NUMBERS_PER_ROUND), first);
                }
                assertThat(client.inbox().controls("gap")).isEmpty();
                client.unsubscribe(channels);
                client.inbox().clear();
            }
        }
    }

    private static void assertConsecutive(List<Update> updates, long first) {
        long expected = first;
        for (Update update : updates) {
            assertThat(update.seq()).isEqualTo(expected++);
            assertThat(update.n()).isEqualTo(update.seq());
        }
    }
}
