package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.protocol.message.Command;

/**
 * Clients that come and go, read and don't, resume and change their minds, while updates come and the broker goes: after every
 * step each update that was due is accounted for exactly, and each client has got all of it, or was told.
 */
@ExpectedLog({"^a session on WEBSOCKET failed", "^closing a connection failed"})
final class AccountTest {
    private static final int STEPS = 2_000;
    private static final int MOST_CLIENTS = 12;
    private static final List<String> CHANNELS = List.of("price:A", "price:B", "trade:a", "tick:a", "book:a");
    private static final int[] INTERVALS = {-1, 0, 0, 10, 250, 1_000};
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyUpdateIsAccountedForAfterEveryStep(long seed) {
        new Site(seed, true).run();
    }

    /** Where no connection is lost with something on its way, what is counted as delivered has arrived, and nothing else. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void whatIsCountedAsDeliveredHasArrived(long seed) {
        Site site = new Site(seed, false);
        site.run();
        for (String channel : CHANNELS) {
            // Of those that were cut off it is not known what arrived of the last write.
            long certain = site.arrived(channel, reader -> reader.client.lostBytes == 0);
            long all = site.arrived(channel, reader -> true);
            assertThat(site.hub.account(channel).delivered()).as(channel).isBetween(certain, all);
            assertThat(certain).isGreaterThan(all / 2);
        }
    }

    @Test
    void aSessionThatEndsInTheMidstOfATurnIsCountedOnce() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            for (int i = 0; i < 20; i++) {
                hub.connect(0).subscribe("price:A");
            }
            Client failing = hub.connectStream(0, Command.Subscribe.NO_NUMBER).subscribe("trade:a", "price:A");
            Client other = hub.connect(0).subscribe("trade:a");
            hub.publish("trade:a", "1");
            // More than a room gets at once, so that the stream is behind from here on and what it got has to be written.
            for (int n = 1; n <= 500; n++) {
                hub.publish("price:A", "1");
            }
            hub.publish("trade:a", "2");
            failing.broken = true;
            hub.turnAll();
            assertThat(hub.account("trade:a")).isEqualTo(new Account(4, 2, 0, 0, 2, 0));
            hub.assertAccount("price:A");
            assertThat(other.closed).isNull();
        }
    }

    @Test
    void aRoomThatClosesWhileItsUpdatesAreOnTheirWayIsCountedToTheEnd() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client slow = hub.connect(1).subscribe("trade:a").stall();
            hub.publish("trade:a", "1");
            hub.publish("trade:a", "2");
            hub.turnAll();
            slow.submit(new Command.Unsubscribe(null, List.of("trade:a")));
            hub.turnAll();
            assertThat(hub.account("trade:a")).isEqualTo(new Account(2, 0, 0, 0, 0, 2));
            slow.readAll();
            hub.turnAll();
            assertThat(hub.account("trade:a")).isEqualTo(new Account(2, 2, 0, 0, 0, 0));
            hub.pass(100);
            assertThat(hub.account("trade:a")).isEqualTo(new Account(2, 2, 0, 0, 0, 0));
            assertThat(hub.dispatcher.closedRooms("trade:a")).isEqualTo(new Account(2, 2, 0, 0, 0, 0));
        }
    }

    @Test
    void aRoomThatClosesInTheMidstOfATurnIsCountedToTheEnd() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client client = hub.connect(0);
            client.submit(new Command.Subscribe(null, List.of("trade:a"), 0, Map.of()));
            hub.turnAll();
            hub.dispatcher.onSubscribed("trade:a");
            hub.turnAll();
            // Waits for another channel, and leaves the first one as soon as that is there.
            client.submit(new Command.Subscribe(null, List.of("trade:b"), 0, Map.of()));
            client.submit(new Command.Unsubscribe(null, List.of("trade:a")));
            hub.turnAll();
            hub.publish("trade:a", "1");
            hub.dispatcher.onSubscribed("trade:b");
            hub.turnAll();
            assertThat(client.takeSeqs()).containsExactly(1L);
            assertThat(hub.account("trade:a")).isEqualTo(new Account(1, 1, 0, 0, 0, 0));
        }
    }

    /** What a client knows of a channel that it is subscribed to. */
    private static final class Known {
        final String epoch;
        long last;

        Known(String epoch, long last) {
            this.epoch = epoch;
            this.last = last;
        }
    }

    /** A client, and what it makes of what it gets. */
    private static final class Reader {
        final Client client;
        final Map<String, Known> channels = new HashMap<>();
        final Map<String, Long> arrived = new HashMap<>();

        Reader(Client client) {
            this.client = client;
        }

        boolean isGone() {
            return !client.session.isOpen();
        }

        void read() {
            for (String line : client.take()) {
                if (!line.equals("heartbeat")) {
                    onLine(parse(line), line);
                }
            }
        }

        private void onLine(JsonNode line, String text) {
            switch (line.path("op").asText("update")) {
                case "update" -> onUpdate(line, text);
                case "gap" -> onGap(line, text);
                case "subscribed" -> line.path("channels").forEach(joined -> onJoined(joined, text));
                case "unsubscribed" -> line.path("channels").forEach(channel -> channels.remove(channel.asText()));
                default -> { // Says nothing of a channel.
                }
            }
        }

        private void onJoined(JsonNode joined, String text) {
            String channel = joined.path("channel").asText();
            long seq = joined.path("seq").asLong();
            Known known = channels.get(channel);
            if (known != null && !joined.has("recovered")) {
                // What was passed over on a latest channel counts as got, though the newest is still to come.
                assertThat(seq).as("goes on where it was: %s", text)
                        .isBetween(known.last, isLatest(channel) ? Long.MAX_VALUE : known.last);
            }
            // A snapshot bears the seq itself.
            channels.put(channel,
                    new Known(joined.path("epoch").asText(), joined.path("snapshot").asBoolean() ? seq - 1 : seq));
        }

        private void onUpdate(JsonNode update, String text) {
            String channel = update.path("channel").asText();
            Known known = channels.get(channel);
            assertThat(known).as(text).isNotNull();
            long seq = update.path("seq").asLong();
            if (isLatest(channel)) {
                assertThat(seq).as(text).isGreaterThan(known.last);
            } else {
                assertThat(seq).as(text).isEqualTo(known.last + 1);
            }
            known.last = seq;
            if (!update.path("snapshot").asBoolean()) {
                arrived.merge(channel, 1L, Long::sum);
            }
        }

        private void onGap(JsonNode gap, String text) {
            Known known = channels.get(gap.path("channel").asText());
            if (gap.has("from")) {
                if (isLatest(gap.path("channel").asText())) {
                    assertThat(gap.path("from").asLong()).as(text).isGreaterThan(known.last);
                } else {
                    assertThat(gap.path("from").asLong()).as(text).isEqualTo(known.last + 1);
                }
                known.last = gap.path("to").asLong();
            }
        }

        private static JsonNode parse(String line) {
            try {
                return JSON.readTree(line);
            } catch (IOException e) {
                throw new UncheckedIOException(line, e);
            }
        }
    }

    private static boolean isLatest(String channel) {
        return channel.startsWith("price");
    }

    private static final class Site {
        final HandTurnedHub hub = new HandTurnedHub(2, HandTurnedHub.settings(), 4_096);
        private final Random random;
        private final boolean losesConnections;
        private final List<Reader> readers = new ArrayList<>();
        private final List<Reader> gone = new ArrayList<>();
        private boolean down;

        Site(long seed, boolean losesConnections) {
            this.random = new Random(seed);
            this.losesConnections = losesConnections;
            hub.dispatcher.onUp();
            hub.turnAll();
        }

        void run() {
            try (hub) {
                steps();
                rest();
            }
        }

        private void steps() {
            for (int step = 0; step < STEPS; step++) {
                step();
                readers.forEach(Reader::read);
                for (Reader reader : List.copyOf(readers)) {
                    if (reader.isGone()) {
                        readers.remove(reader);
                        gone.add(reader);
                    }
                }
                for (String channel : CHANNELS) {
                    try {
                        hub.assertAccount(channel);
                    } catch (AssertionError wrong) {
                        throw new AssertionError("after step " + step, wrong);
                    }
                }
            }
        }

        private void step() {
            if (readers.isEmpty()) {
                connect();
                return;
            }
            Reader reader = readers.get(random.nextInt(readers.size()));
            switch (random.nextInt(20)) {
                case 0 -> connect();
                case 1 -> leave(reader);
                case 2, 3 -> subscribe(reader);
                case 4 -> reader.client.submit(new Command.Unsubscribe(null, some()));
                case 5 -> reader.client.stall();
                case 6 -> reader.client.read(random.nextInt(3_000));
                case 7 -> reader.client.readAll();
                case 8, 9 -> hub.loops.get(random.nextInt(2)).turnOnce();
                case 10, 11, 12 -> hub.turnAll();
                case 13, 14 -> pass(1 + random.nextInt(400));
                case 15 -> outage(10);
                default -> publish();
            }
        }

        private void pass(long ms) {
            readers.forEach(each -> each.client.shard.heard(each.client.session));
            hub.pass(ms);
        }

        private void publish() {
            String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
            int burst = random.nextInt(50) == 0 ? 1_500 : 1 + random.nextInt(30);
            for (int i = 0; i < burst; i++) {
                int bytes = random.nextInt(100) == 0 ? 3_000 : 1 + random.nextInt(200);
                hub.publish(channel, "\"" + "x".repeat(bytes) + "\"");
            }
        }

        /** Begins or ends one, once in so many times. */
        private void outage(int once) {
            if (random.nextInt(once) != 0) {
                return;
            }
            down = !down;
            if (down) {
                hub.dispatcher.onDown();
            } else {
                hub.dispatcher.onUp();
            }
        }

        private void connect() {
            if (readers.size() < MOST_CLIENTS) {
                readers.add(new Reader(hub.connect(random.nextInt(2))));
            }
        }

        private void leave(Reader reader) {
            if (random.nextInt(3) != 0) {
                return;
            }
            if (!losesConnections) {
                reader.client.readAll();
                hub.turnAll();
                reader.read();
            }
            if (!reader.isGone()) {
                reader.client.vanish();
            }
        }

        private List<String> some() {
            List<String> some = new ArrayList<>(CHANNELS);
            some.removeIf(_ -> random.nextInt(3) != 0);
            return some.isEmpty() ? List.of(CHANNELS.get(random.nextInt(CHANNELS.size()))) : some;
        }

        private void subscribe(Reader reader) {
            Map<String, String> resume = new HashMap<>();
            List<String> channels = some();
            int interval = INTERVALS[random.nextInt(INTERVALS.length)];
            if (random.nextInt(3) == 0) {
                for (String channel : channels) {
                    position(channel, reader).ifPresent(position -> resume.put(channel, position));
                }
            }
            reader.client.submit(new Command.Subscribe(null, channels, interval, resume));
        }

        /** One that some client knows of, here or gone, or nonsense. */
        private Optional<String> position(String channel, Reader reader) {
            List<Reader> all = new ArrayList<>(gone);
            all.addAll(readers);
            Reader other = random.nextBoolean() ? reader : all.get(random.nextInt(all.size()));
            Known known = other.channels.get(channel);
            if (known == null) {
                return random.nextInt(5) == 0 ? Optional.of("nonsense-1") : Optional.empty();
            }
            return Optional.of(known.epoch + "-" + known.last);
        }

        /** Everybody reads, every interval passes: nothing is left to come. */
        private void rest() {
            if (down) {
                outage(1);
            }
            for (int i = 0; i < 5; i++) {
                hub.turnAll();
                readers.forEach(reader -> reader.client.readAll());
                hub.turnAll();
                pass(1_000);
            }
            readers.forEach(Reader::read);
            for (String channel : CHANNELS) {
                hub.assertAccount(channel);
                assertThat(hub.account(channel).pending()).as(channel).isZero();
                assertThat(readers.stream().filter(reader -> !reader.isGone() && reader.channels.containsKey(channel))
                        .map(reader -> reader.channels.get(channel).last).distinct()).as(channel)
                        .hasSizeLessThanOrEqualTo(1);
            }
        }

        long arrived(String channel, Predicate<Reader> who) {
            return Stream.concat(gone.stream(), readers.stream()).filter(who)
                    .mapToLong(reader -> reader.arrived.getOrDefault(channel, 0L)).sum();
        }
    }
}
