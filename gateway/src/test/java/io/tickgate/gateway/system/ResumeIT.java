package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.WireClient.channels;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.system.WireClient.Way;

/** Clients that are cut off, and come back with the position they had got to. */
class ResumeIT {
    private static final String PRICE = "price:A";
    private static final String EVERY = "bench:a";
    private static final int UPDATES = 600;
    private static final int BURST = 3;
    /** After so many updates a client is cut off. */
    private static final int STAY = 60;

    /** What somebody who comes and goes has got altogether. */
    private static final class Memory {
        final Map<String, List<Long>> seqs = new TreeMap<>(Map.of(PRICE, new ArrayList<>(), EVERY, new ArrayList<>()));
        final Map<String, String> epochs = new TreeMap<>();
        private String lastEventId;

        void keep(WireClient client) {
            assertThat(client.controls("gap")).isEmpty();
            seqs.forEach((channel, all) -> client.updates(channel).forEach(update -> all.add(update.seq())));
            lastEventId = client.lastEventId();
        }

        long last(String channel) {
            return seqs.get(channel).isEmpty() ? 0 : seqs.get(channel).getLast();
        }

        /** What is asked for to go on where it was. */
        ObjectNode wish() {
            ObjectNode wish = channels(PRICE, EVERY).put("lastEventId", lastEventId);
            ObjectNode resume = wish.putObject("resume");
            epochs.forEach((channel, epoch) -> resume.put(channel, epoch + "-" + last(channel)));
            return wish;
        }
    }

    private static Site site(int loops) {
        return Site.embedded("--loops", String.valueOf(loops), "--public", "bench*");
    }

    @ParameterizedTest(name = "over {0} with {1} loops")
    @CsvSource({"WEBSOCKET,1", "WEBSOCKET,3", "SSE,1", "SSE,3", "SOCKETIO,1", "SOCKETIO,3"})
    void missesNothingHoweverOftenItIsCutOff(Way way, int loops) throws Exception {
        Memory memory;
        try (Site site = site(loops); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            memory = seeFirstFive(site, way);
            Future<?> publisher = threads.submit(() -> {
                for (int n = 6; n <= UPDATES; n += BURST) {
                    publish(site, n, Math.min(UPDATES, n + BURST - 1));
                }
            });
            while (memory.last(EVERY) < UPDATES || memory.last(PRICE) < UPDATES) {
                try (WireClient again = way.connect(site.gateway().port())) {
                    Answer answer = again.subscribe(memory.wish());
                    assertThat(answer.joined()).hasSize(2).allSatisfy((channel, joined) -> assertThat(
                            joined.path("recovered").asBoolean()).as(channel).isTrue());
                    stay(again, memory, Math.min(UPDATES, memory.last(EVERY) + STAY));
                }
            }
            publisher.get();
        }
        assertThat(memory.seqs.get(EVERY)).isEqualTo(seqs(1, UPDATES));
        // A stream begins with the last value, also with one it has.
        assertThat(memory.seqs.get(PRICE)).isSorted().endsWith((long) UPDATES);
        if (way != Way.SSE) {
            assertThat(memory.seqs.get(PRICE)).doesNotHaveDuplicates();
        }
    }

    /** Publishes the first five updates to somebody who then goes. */
    private static Memory seeFirstFive(Site site, Way way) throws IOException {
        Memory memory = new Memory();
        try (WireClient client = way.connect(site.gateway().port())) {
            client.subscribe(channels(PRICE, EVERY)).joined()
                    .forEach((channel, joined) -> memory.epochs.put(channel, joined.path("epoch").asText()));
            publish(site, 1, 5);
            client.readUntil(5, PRICE, EVERY);
            client.readUntil(WireClient::isResumable);
            memory.keep(client);
        }
        return memory;
    }

    /** Reads up to a seq at least, and to the end from there if it is the last one. */
    private static void stay(WireClient client, Memory memory, long until) throws IOException {
        client.readUntil(reader -> reader.isResumable() && last(reader, memory, EVERY) >= until
                && (until < UPDATES || last(reader, memory, PRICE) == UPDATES));
        memory.keep(client);
    }

    private static long last(WireClient client, Memory memory, String channel) {
        List<Update> updates = client.updates(channel);
        return updates.isEmpty() ? memory.last(channel) : updates.getLast().seq();
    }

    @ParameterizedTest(name = "with {0} loops")
    @ValueSource(ints = {1, 3})
    void asksByHttpForWhatItMissed(int loops) throws Exception {
        try (Site site = site(loops); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String path = "/channels/" + EVERY + "?since=";
            String epoch = get(site, path + "none").path("epoch").asText();
            Future<?> publisher = threads.submit(() -> {
                for (int n = 1; n <= UPDATES; n += BURST) {
                    site.publishNumbers(EVERY, n, n + BURST - 1);
                }
            });
            List<Long> seqs = new ArrayList<>();
            long seq = 0;
            while (seq < UPDATES) {
                JsonNode answer = get(site, path + epoch + "-" + seq + "&wait=10000");
                assertThat(answer.path("recovered").asBoolean()).as(answer.toString()).isTrue();
                assertThat(answer.path("epoch").asText()).isEqualTo(epoch);
                answer.path("messages").forEach(update -> seqs.add(update.path("seq").asLong()));
                seq = answer.path("seq").asLong();
            }
            publisher.get();
            assertThat(seqs).isEqualTo(seqs(1, UPDATES));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void isToldThatAnotherGatewayKnowsNothingOfItsPosition(Way way) throws IOException {
        Memory memory;
        try (Site site = site(1)) {
            memory = seeFirstFive(site, way);
        }
        try (Site site = site(3)) {
            publish(site, 1, 7);
            try (WireClient client = way.connect(site.gateway().port())) {
                assertThat(client.subscribe(memory.wish()).joined()).hasSize(2).allSatisfy(
                        (channel, joined) -> assertThat(joined.path("recovered").asBoolean(true)).isFalse());
                publish(site, 8, 8);
                client.readUntil(8, PRICE, EVERY);
                assertThat(client.controls("gap")).hasSize(2).allSatisfy(ResumeIT::assertAnotherLife)
                        .extracting(gap -> gap.path("channel").asText()).containsExactlyInAnyOrder(PRICE, EVERY);
                assertThat(seqs(client, PRICE)).as("the last value, and what came").containsExactly(7L, 8L);
                assertThat(seqs(client, EVERY)).containsExactly(8L);
            }
            JsonNode answer = get(site, "/channels/" + EVERY + "?since=" + memory.epochs.get(EVERY) + "-5");
            assertThat(answer.path("recovered").asBoolean(true)).isFalse();
            assertAnotherLife(answer.path("messages").path(0));
        }
    }

    private static void assertAnotherLife(JsonNode gap) {
        assertThat(gap.path("op").asText()).as(gap.toString()).isEqualTo("gap");
        assertThat(gap.path("reason").asText()).isEqualTo("epoch");
        assertThat(gap.has("from")).as(gap.toString()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void isToldWhatTheHistoryHasNotKept(Way way) throws IOException {
        int last = 1_200;
        try (Site site = site(1)) {
            Memory memory = seeFirstFive(site, way);
            publish(site, 6, 600);
            publish(site, 601, last);
            try (WireClient client = way.connect(site.gateway().port())) {
                JsonNode joined = client.subscribe(memory.wish()).joined().get(EVERY);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                client.readUntil(last, PRICE, EVERY);
                assertThat(client.controls("gap")).hasSize(1);
                assertKeptBehind(client.controls("gap").getFirst(), seqs(client, EVERY), last);
                assertThat(seqs(client, PRICE)).as("the newest price is all there is to know")
                        .containsExactly((long) last);
            }
            JsonNode answer = get(site, "/channels/" + EVERY + "?since=" + memory.epochs.get(EVERY) + "-5");
            assertThat(answer.path("recovered").asBoolean(true)).isFalse();
            List<Long> kept = new ArrayList<>();
            answer.path("messages").forEach(message -> kept.add(message.path("seq").asLong()));
            assertKeptBehind(answer.path("messages").path(0), kept.subList(1, kept.size()), last);
        }
    }

    /** All up to the first that is kept is in the gap; which of those a stream had got nobody knows. */
    private static void assertKeptBehind(JsonNode gap, List<Long> kept, int last) {
        assertThat(gap.path("reason").asText()).as(gap.toString()).isEqualTo("history");
        assertThat(gap.path("from").asLong()).as(gap.toString()).isBetween(1L, 6L);
        assertThat(kept).isEqualTo(seqs(gap.path("to").asLong() + 1, last)).hasSizeGreaterThanOrEqualTo(500);
    }

    private static void publish(Site site, int from, int to) {
        site.publishNumbers(PRICE, from, to);
        site.publishNumbers(EVERY, from, to);
    }

    private static JsonNode get(Site site, String path) {
        return GatewayFixture.json(site.gateway().get(path).body());
    }

    private static List<Long> seqs(WireClient client, String channel) {
        return client.updates(channel).stream().map(Update::seq).toList();
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
