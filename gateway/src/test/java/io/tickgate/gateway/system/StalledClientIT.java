package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.GatewayFixture;

/** A client that stops reading for a while, as one that is stopped by a signal, and then goes on. */
class StalledClientIT {
    private static final String PRICE = "price:A";
    private static final String EVERY = "bench:a";
    private static final int UPDATES = 900;
    private static final int PER_ROUND = 15;
    private static final int PAYLOAD_BYTES = 1_000;
    /** Of what was on its way when the client stopped, and nothing else, before the newest price. */
    private static final int STALE_BYTES = 64 * 1024;
    private static final String SLOW_READERS = "tickgate_slow_readers";

    @ParameterizedTest(name = "on {0} with {1} loops")
    @CsvSource({"embedded,1", "embedded,3", "redis,1", "redis,3"})
    void getsTheNewestPriceFirstAndAllOfTheRest(String broker, int loops) throws Exception {
        String[] flags = {"--loops", String.valueOf(loops), "--public", "bench*"};
        HttpClient http = HttpClient.newHttpClient();
        try (Site site = broker.equals("redis") ? Site.withRedis(flags) : Site.embedded(flags);
                TestClient neighbour = ClientKind.WEBSOCKET.connect(site.gateway(), http, null);
                RawSocket raw = RawSocket.slow(site.gateway().port()).upgrade()) {
            neighbour.subscribe(PRICE, EVERY);
            raw.sendText("{\"op\":\"subscribe\",\"channels\":[\"" + PRICE + "\",\"" + EVERY + "\"]}");
            while (!raw.readUntilFrame(RawSocket.TEXT).text().contains("\"subscribed\"")) {
                // The welcome comes before.
            }
            publish(site, neighbour, 1, UPDATES / 3);
            site.gateway().awaitMetric(SLOW_READERS, 1);
            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            publish(site, neighbour, UPDATES / 3 + 1, UPDATES);
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                    .as("what the gateway holds").isLessThanOrEqualTo(4 << 20);
            assertCatchesUp(raw);
            site.gateway().awaitMetric(SLOW_READERS, 0);
            publish(site, neighbour, UPDATES + 1, UPDATES + 1);
            assertThat(next(raw).path("data").path("n").asInt()).isEqualTo(UPDATES + 1);
            assertThat(next(raw).path("data").path("n").asInt()).isEqualTo(UPDATES + 1);
            assertThat(neighbour.inbox().updates(EVERY)).hasSize(UPDATES + 1);
        } finally {
            http.shutdownNow();
        }
    }

    private static void publish(Site site, TestClient neighbour, int from, int to) {
        // Few at a time: a burst that is under way when the client stops is older than the newest price too.
        for (int first = from; first <= to; first += PER_ROUND) {
            int last = Math.min(to, first + PER_ROUND - 1);
            List<String> payloads = IntStream.rangeClosed(first, last)
                    .mapToObj(n -> "{\"n\":" + n + ",\"x\":\"" + "x".repeat(PAYLOAD_BYTES) + "\"}").toList();
            site.publishAll(PRICE, payloads);
            site.publishAll(EVERY, payloads);
            neighbour.inbox().awaitN(PRICE, last);
            neighbour.inbox().awaitN(EVERY, last);
        }
    }

    private static JsonNode next(RawSocket raw) throws IOException {
        return GatewayFixture.json(raw.readUntilFrame(RawSocket.TEXT).text());
    }

    private static void assertCatchesUp(RawSocket raw) throws IOException {
        List<Long> every = new ArrayList<>();
        long bytes = 0;
        long price = 0;
        long bytesBeforeNewest = -1;
        while (every.size() < UPDATES || price < UPDATES) {
            String text = raw.readUntilFrame(RawSocket.TEXT).text();
            JsonNode update = GatewayFixture.json(text);
            assertThat(update.has("op")).as(text).isFalse();
            long seq = update.path("seq").asLong();
            assertThat(update.path("data").path("n").asLong()).isEqualTo(seq);
            if (update.path("channel").asText().equals(EVERY)) {
                every.add(seq);
                assertThat(seq).isEqualTo(every.size());
            } else {
                assertThat(seq).isGreaterThan(price);
                price = seq;
                bytesBeforeNewest = seq == UPDATES ? bytes : bytesBeforeNewest;
            }
            bytes += text.length();
        }
        assertThat(bytesBeforeNewest).isLessThanOrEqualTo(STALE_BYTES);
    }
}
