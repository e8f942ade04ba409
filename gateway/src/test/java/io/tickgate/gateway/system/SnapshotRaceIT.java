package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static io.tickgate.gateway.system.WireClient.channels;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.system.WireClient.Way;

/**
 * Thousands of subscribes, each of which meets publications: what a client is told it begins with is what it begins with.
 * The numbers are the seqs too, since nobody else publishes.
 */
class SnapshotRaceIT {
    private static final List<String> PRICES = List.of("price:a", "price:b", "price:c");
    private static final List<String> EVERYS = List.of("bench:a", "bench:b", "bench:c");
    private static final int CLIENTS_PER_WAY = PRICES.size();
    private static final int ROUNDS = 110;
    private static final int BURST = 2;
    /** Of each channel, before a client leaves again: some are there by then, or come only now. */
    private static final int MOST_AWAITED = 3;

    private final AtomicInteger races = new AtomicInteger();
    /** The last number that is or may be published. */
    private final AtomicInteger published = new AtomicInteger();
    /** Seqs of {@code latest} channels between those that clients got. */
    private final AtomicLong skipped = new AtomicLong();

    @ParameterizedTest(name = "with {0} loops")
    @ValueSource(ints = {1, 3})
    void nothingIsLostDoubledOrOlderThanTheSnapshot(int loops) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Site site = Site.embedded("--loops", String.valueOf(loops), "--public", "bench*")) {
            countFromTheBeginning(site);
            List<Future<?>> racers = new ArrayList<>();
            for (Way way : Way.values()) {
                for (int i = 0; i < CLIENTS_PER_WAY; i++) {
                    racers.add(threads.submit(racer(site, way, PRICES.get(i), EVERYS.get(i))));
                }
            }
            publishWhile(racers, site);
            assertThat(races.get()).isEqualTo(2 * ROUNDS * CLIENTS_PER_WAY * Way.values().length);
            site.gateway().awaitMetric("tickgate_subscriptions", 0);
            long conflated = PRICES.stream().mapToLong(channel -> account(site, channel).path("conflated").asLong())
                    .sum();
            assertThat(skipped.get()).isLessThanOrEqualTo(conflated);
            EVERYS.forEach(channel -> assertThat(account(site, channel).path("conflated").asLong()).isZero());
        }
    }

    /** From the first subscriber on the gateway follows a channel, with subscribers or without. */
    private void countFromTheBeginning(Site site) throws IOException {
        try (WireClient first = Way.WEBSOCKET.connect(site.gateway().port())) {
            first.subscribe(channels(EVERYS.toArray(String[]::new)));
        }
        publishBurst(site);
    }

    /** Publishes until all have finished. */
    private void publishWhile(List<Future<?>> racers, Site site) throws InterruptedException, ExecutionException {
        while (racers.stream().anyMatch(racer -> !racer.isDone())) {
            publishBurst(site);
        }
        for (Future<?> racer : racers) {
            racer.get();
        }
    }

    /** Publishes to all channels in turn. */
    private void publishBurst(Site site) {
        int before = published.getAndAdd(BURST);
        List<String> messages = new ArrayList<>();
        for (int n = before + 1; n <= before + BURST; n++) {
            for (List<String> channels : List.of(PRICES, EVERYS)) {
                for (String channel : channels) {
                    messages.add("{\"channel\":\"" + channel + "\",\"data\":" + number(n) + "}");
                }
            }
        }
        String body = "{\"messages\":[" + String.join(",", messages) + "]}";
        assertThat(site.gateway().request("POST", "/api/publish", body, "content-type", "application/json",
                "authorization", "Bearer " + GatewayFixture.API_KEY).body()).contains(":" + messages.size() + ",");
    }

    /** Comes and goes: on a connection that stays, or each time with another stream. */
    private Callable<Void> racer(Site site, Way way, String price, String every) {
        return () -> {
            Map<String, Long> seen = new HashMap<>();
            try (WireClient client = way.connect(site.gateway().port())) {
                for (int round = 0; round < ROUNDS; round++) {
                    Answer answer = client.subscribe(channels(price, every));
                    assertThat(answer.joined().values()).extracting(joined -> joined.path("seq").asInt())
                            .as("what was published by now").hasSize(2).allMatch(seq -> seq <= published.get());
                    assertThat(client.updates(price)).as("before the answer").isEmpty();
                    assertThat(client.updates(every)).as("before the answer").isEmpty();
                    int awaited = 1 + round % MOST_AWAITED;
                    client.readUntil(reader -> reader.updates(price).size() >= awaited
                            && reader.updates(every).size() >= awaited);
                    client.unsubscribe(price, every);
                    assertThat(client.controls("gap")).isEmpty();
                    assertBegins(answer.joined().get(every), client.updates(every), false);
                    assertBegins(answer.joined().get(price), client.updates(price), true);
                    assertThat(missing(client.updates(every))).as("skipped").isZero();
                    skipped.addAndGet(missing(client.updates(price)));
                    if (way != Way.SSE) {
                        assertGoesOn(answer, client, seen);
                    }
                    client.forget();
                    races.addAndGet(2);
                }
            }
            return null;
        };
    }

    /** A snapshot has the seq that was promised, what is live comes after it. */
    private static void assertBegins(JsonNode joined, List<Update> updates, boolean snapshot) {
        assertThat(joined.path("snapshot").asBoolean()).as(joined.toString()).isEqualTo(snapshot);
        long seq = joined.path("seq").asLong();
        assertThat(joined.path("position").asText()).isEqualTo(joined.path("epoch").asText() + "-" + seq);
        assertThat(updates.getFirst().seq()).isEqualTo(snapshot ? seq : seq + 1);
    }

    /** @return how many seqs are missing between updates that only rise */
    private static long missing(List<Update> updates) {
        long missing = 0;
        long last = updates.getFirst().seq() - 1;
        for (Update update : updates) {
            assertThat(update.n()).isEqualTo(update.seq());
            assertThat(update.seq()).isGreaterThan(last);
            missing += update.seq() - last - 1;
            last = update.seq();
        }
        return missing;
    }

    /** Who comes back on the same connection is not taken back to what it had seen pass. */
    private static void assertGoesOn(Answer answer, WireClient client, Map<String, Long> seen) {
        answer.joined().forEach((channel, joined) -> {
            assertThat(joined.path("seq").asLong()).isGreaterThanOrEqualTo(seen.getOrDefault(channel, 0L));
            seen.put(channel, client.updates(channel).getLast().seq());
        });
    }

    private static JsonNode account(Site site, String channel) {
        JsonNode account = GatewayFixture.json(site.gateway().get("/api/stats/channels/" + channel).body());
        long parts = Stream.of("delivered", "conflated", "abandoned").mapToLong(part -> account.path(part).asLong())
                .sum();
        assertThat(account.path("due").asLong()).as(account.toString()).isPositive().isEqualTo(parts);
        return account;
    }
}
