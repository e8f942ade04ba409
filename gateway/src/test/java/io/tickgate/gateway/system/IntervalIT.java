package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static io.tickgate.gateway.system.WireClient.channels;
import static io.tickgate.gateway.system.WireClient.every;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.system.WireClient.Way;

/** Clients that ask for one delivery per channel and interval, of channels that give a hundred a second. */
class IntervalIT {
    private static final String PRICE = "price:A";
    private static final String EVERY = "bench:a";
    private static final int INTERVAL_MS = 250;
    private static final int UPDATES = 300;
    private static final int EACH_MS = 10;

    /**
     * What one client got.
     *
     * @param slots how many intervals can have ended meanwhile
     * @param writes how many batches came, as far as the transport shows
     */
    private record Course(int slots, int writes, List<Long> price, List<Long> every) {}

    @ParameterizedTest(name = "with {0} loops")
    @ValueSource(ints = {1, 3})
    void givesTheNewestOfOneAndBatchesOfTheOther(int loops) throws Exception {
        try (Site site = Site.embedded("--loops", String.valueOf(loops), "--public", "bench*");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = site.gateway().port();
            try (WireClient witness = Way.WEBSOCKET.connect(port);
                    WireClient webSocket = Way.WEBSOCKET.connect(port);
                    WireClient stream = Way.SSE.connect(port);
                    WireClient socketIo = Way.SOCKETIO.connect(port)) {
                witness.subscribe(channels(PRICE, EVERY));
                Future<Course> unthrottled = threads.submit(follow(witness));
                Map<WireClient, Future<Course>> throttled = new LinkedHashMap<>();
                for (WireClient client : List.of(webSocket, stream, socketIo)) {
                    assertThat(intervals(client.subscribe(every(INTERVAL_MS, PRICE, EVERY)))).containsOnly(INTERVAL_MS);
                    client.forget();
                    throttled.put(client, threads.submit(follow(client)));
                }
                publishSteadily(site);
                assertThat(unthrottled.get().price()).isEqualTo(seqs(1, UPDATES));
                assertThrottled(throttled.get(webSocket).get());
                assertThrottled(throttled.get(stream).get());
                assertThrottled(throttled.get(socketIo).get());
            }
            site.gateway().awaitMetric("tickgate_subscriptions", 0);
            assertThat(allGiven(site, PRICE).path("conflated").asInt()).isPositive();
            assertThat(allGiven(site, EVERY).path("conflated").asInt()).isZero();
        }
    }

    /** Reads all that a client gets, by the clock that the gateway's intervals go by. */
    private static Callable<Course> follow(WireClient client) {
        long begin = System.nanoTime();
        return () -> {
            client.readUntil(UPDATES, PRICE, EVERY);
            assertThat(client.controls("gap")).isEmpty();
            return new Course(slotsSince(begin), client.writes(), seqs(client, PRICE), seqs(client, EVERY));
        };
    }

    /** How many intervals can have ended since then: also one that had ended before, if the gateway was late. */
    private static int slotsSince(long nanos) {
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
        return Math.toIntExact(ms / INTERVAL_MS) + 2;
    }

    private static void publishSteadily(Site site) throws Exception {
        AtomicInteger n = new AtomicInteger();
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> steady = clock.scheduleAtFixedRate(() -> {
                String payload = number(n.incrementAndGet());
                site.publish(PRICE, payload);
                site.publish(EVERY, payload);
                if (n.get() == UPDATES) {
                    clock.shutdown();
                }
            }, 0, EACH_MS, TimeUnit.MILLISECONDS);
            while (!clock.awaitTermination(1, TimeUnit.SECONDS)) {
                assertThat(steady.state()).isNotEqualTo(Future.State.FAILED);
            }
        }
        assertThat(n).hasValue(UPDATES);
    }

    private static void assertThrottled(Course course) {
        assertThat(course.price()).hasSizeBetween(1, course.slots()).doesNotHaveDuplicates().isSorted()
                .endsWith((long) UPDATES);
        assertThat(course.every()).isEqualTo(seqs(1, UPDATES));
        assertThat(course.writes()).as("batches").isLessThanOrEqualTo(course.slots());
    }

    @ParameterizedTest(name = "over {0} with {1} loops")
    @CsvSource({"WEBSOCKET,1", "WEBSOCKET,3", "SOCKETIO,1", "SOCKETIO,3", "SSE,1", "SSE,3"})
    void changesLive(Way way, int loops) throws IOException {
        try (Site site = Site.embedded("--loops", String.valueOf(loops), "--public", "bench*")) {
            try (WireClient client = way.connect(site.gateway().port())) {
                changeTheInterval(site, client, way);
            }
            site.gateway().awaitMetric("tickgate_subscriptions", 0);
            assertThat(account(site, PRICE).path("conflated").asInt()).isPositive();
            assertThat(account(site, EVERY).path("conflated").asInt()).isZero();
        }
    }

    private static void changeTheInterval(Site site, WireClient client, Way way) throws IOException {
        int farMs = farIntervalMs();
        assertThat(intervals(client.subscribe(every(farMs, PRICE, EVERY)))).containsOnly(farMs);
        publishNumbers(site, 1, 20);
        assertThat(intervals(client.subscribe(again(client, 0)))).containsOnly(0);
        assertThat(client.updates(EVERY)).as("before the interval was over").isEmpty();
        client.readUntil(20, PRICE, EVERY);
        assertThat(seqs(client, PRICE)).as("what was owed, at once").containsExactly(20L);
        assertThat(seqs(client, EVERY)).isEqualTo(seqs(1, 20));
        publishNumbers(site, 21, 40);
        client.readUntil(40, PRICE, EVERY);
        assertThat(seqs(client, PRICE)).as("every update").isEqualTo(seqs(20, 40));
        assertThat(intervals(client.subscribe(again(client, INTERVAL_MS)))).containsOnly(INTERVAL_MS);
        client.forget();
        long begin = System.nanoTime();
        for (int n = 41; n <= 80; n++) {
            publishNumbers(site, n, n);
        }
        client.readUntil(80, PRICE, EVERY);
        // A stream begins with the last value besides.
        assertThat(seqs(client, PRICE)).hasSizeBetween(1, slotsSince(begin) + (way == Way.SSE ? 1 : 0));
        assertThat(seqs(client, EVERY)).isEqualTo(seqs(41, 80));
        if (way != Way.SSE) {
            assertThat(intervals(client.subscribe(channels(PRICE, EVERY)))).as("not said").containsOnly(INTERVAL_MS);
        }
    }

    /** What the client asks for to have another interval; a stream begins anew where the one before ended. */
    private static ObjectNode again(WireClient client, int intervalMs) {
        return every(intervalMs, PRICE, EVERY).put("lastEventId", client.lastEventId());
    }

    /** An interval that ends long after this test, though intervals end at multiples of themselves. */
    private static int farIntervalMs() {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        return IntStream.iterate(60_000, ms -> ms - 500).limit(60)
                .boxed().max((one, other) -> Long.compare(leftMs(one, nowMs), leftMs(other, nowMs))).orElseThrow();
    }

    private static long leftMs(int intervalMs, long nowMs) {
        return intervalMs - Math.floorMod(nowMs, (long) intervalMs);
    }

    private static List<Integer> intervals(Answer answer) {
        return answer.joined().values().stream().map(joined -> joined.path("interval").asInt()).toList();
    }

    private static void publishNumbers(Site site, int from, int to) {
        site.publishNumbers(PRICE, from, to);
        site.publishNumbers(EVERY, from, to);
    }

    private static List<Long> seqs(WireClient client, String channel) {
        return client.updates(channel).stream().map(Update::seq).toList();
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    /** The account of a channel whose four subscribers took all that was due to them. */
    private static JsonNode allGiven(Site site, String channel) {
        JsonNode account = account(site, channel);
        assertThat(account.path("due").asInt()).isEqualTo(4 * UPDATES);
        assertThat(account.path("delivered").asInt() + account.path("conflated").asInt()).as(account.toString())
                .isEqualTo(4 * UPDATES);
        return account;
    }

    /** The account of a channel that nobody is subscribed to any more, which must add up. */
    private static JsonNode account(Site site, String channel) {
        JsonNode account = GatewayFixture.json(site.gateway().get("/api/stats/channels/" + channel).body());
        List<Integer> parts = new ArrayList<>();
        for (String part : List.of("delivered", "conflated", "gapped", "abandoned", "pending")) {
            parts.add(account.path(part).intValue());
        }
        assertThat(parts.stream().mapToInt(Integer::intValue).sum()).as(account.toString()).isPositive()
                .isEqualTo(account.path("due").asInt());
        assertThat(account.path("pending").asInt()).as("nobody is there").isZero();
        return account;
    }
}
