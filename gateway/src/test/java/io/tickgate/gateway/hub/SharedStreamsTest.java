package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;

/**
 * Clients that share compressed streams, and join, leave, stall, skip, get messages of their own and change their
 * subscriptions by chance: each byte that any of them got is decoded by a real decoder and compared with what was published.
 */
final class SharedStreamsTest {
    private static final List<String> CHANNELS = List.of("price:a", "price:b", "trade:a", "tick:a");
    private static final Pattern UPDATE = Pattern.compile(
            "(?:#(\\d+) )?\\{\"channel\":\"([^\"]+)\",\"seq\":(\\d+),(\"snapshot\":true,\"time\":\\d+,)?\"data\":(.*)}");
    private static final Pattern JOINED = Pattern
            .compile("\\{\"channel\":\"([^\"]+)\",\"epoch\":\"[^\"]+\",\"seq\":(\\d+)");
    private static final Pattern GAP = Pattern.compile("\\{\"op\":\"gap\",\"channel\":\"([^\"]+)\",.*\"to\":(\\d+)");

    private static long streams;
    private static long bytes;
    private static long updates;
    private static long shared;
    private static long left;

    private static final Pattern MARK = Pattern.compile("#(\\d+)");
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    /** What was published, by the number in it: the channel, a space, and the payload. */
    private final List<String> published = new ArrayList<>();
    /** The node-wide number of each, as far as a client was told it. */
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final List<CodedClient> clients = new ArrayList<>();
    private final List<CodedClient> ended = new ArrayList<>();
    private int ids;

    @BeforeEach
    void loadDecoders() {
        Brotli4jLoader.ensureAvailability();
    }

    @AfterAll
    static void tell() {
        System.out.printf(
                "decoded %d streams, %d bytes, %d updates, %d of them shared; left a shared stream %d times%n",
                streams, bytes, updates, shared, left);
    }

    @ParameterizedTest
    @EnumSource
    void everyByteDecodesToWhatWasPublished(CodedClient.Way way) {
        for (int seed = 0; seed < 12; seed++) {
            run(way, new SplittableRandom(seed));
        }
    }

    private void run(CodedClient.Way way, SplittableRandom random) {
        published.clear();
        clients.clear();
        ended.clear();
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            for (int step = 0; step < 250; step++) {
                step(hub, way, random);
            }
            clients.forEach(client -> client.take(Long.MAX_VALUE));
            hub.turnAll();
            new ArrayList<>(clients).forEach(client -> end(hub, client));
            Map<CodedClient, List<String>> lines = new LinkedHashMap<>();
            ended.forEach(client -> lines.put(client, client.lines()));
            numbers.clear();
            lines.values().forEach(all -> all.forEach(this::learnNumber));
            lines.forEach(this::check);
            shared += hub.metrics.getFirst().get(Counter.SHARED_DELIVERIES);
            left += hub.metrics.getFirst().get(Counter.SHARED_STREAMS_LEFT);
        }
    }

    private void step(HandTurnedHub hub, CodedClient.Way way, SplittableRandom random) {
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                if (clients.size() < 12) {
                    connect(hub, way, random);
                }
            }
            case 2 -> {
                if (clients.size() > 4) {
                    end(hub, any(random));
                }
            }
            case 3 -> any(hub, way, random).take(random.nextInt(400));
            case 4 -> any(hub, way, random).take(Long.MAX_VALUE);
            case 5 -> publish(hub, "user:u" + random.nextInt(4), random);
            case 6 -> resubscribe(any(hub, way, random), random);
            case 7, 8 -> hub.pass(1_100);
            case 9 -> {
                if (random.nextInt(4) == 0) {
                    hub.pass(25_000);
                }
            }
            case 10 -> {
                if (random.nextInt(12) == 0) {
                    publish(hub, CHANNELS.get(random.nextInt(CHANNELS.size())), random, 1_000);
                }
            }
            case 11 -> hub.fireTimers(60);
            default -> publish(hub, CHANNELS.get(random.nextInt(CHANNELS.size())), random, 1 + random.nextInt(4));
        }
        if (random.nextInt(3) > 0) {
            hub.turnAll();
        }
    }

    private void connect(HandTurnedHub hub, CodedClient.Way way, SplittableRandom random) {
        Principal principal = random.nextBoolean()
                ? Principal.ANONYMOUS
                : new Principal("u" + random.nextInt(4), List.of(), 0);
        CodedClient client = new CodedClient(way, hub.shards.getFirst(), "c" + ids++, principal);
        clients.add(client);
        // Most ask for the same, so that they share.
        client.subscribe(random.nextInt(4) == 0 ? 50 : 0,
                random.nextInt(3) > 0 ? CHANNELS : List.of(CHANNELS.get(random.nextInt(CHANNELS.size()))));
    }

    private CodedClient any(HandTurnedHub hub, CodedClient.Way way, SplittableRandom random) {
        if (clients.isEmpty()) {
            connect(hub, way, random);
        }
        return any(random);
    }

    private CodedClient any(SplittableRandom random) {
        return clients.get(random.nextInt(clients.size()));
    }

    private static void resubscribe(CodedClient client, SplittableRandom random) {
        String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
        if (client.session.subscription(channel) != null) {
            client.unsubscribe(channel);
        } else {
            client.subscribe(random.nextInt(4) == 0 ? 50 : 0, List.of(channel));
        }
    }

    private void end(HandTurnedHub hub, CodedClient client) {
        clients.remove(client);
        ended.add(client);
        if (client.session.isOpen()) {
            client.shard.disconnect(client.session, Disconnect.NORMAL);
        }
        hub.turnAll();
    }

    private void publish(HandTurnedHub hub, String channel, SplittableRandom random, int count) {
        for (int i = 0; i < count; i++) {
            publish(hub, channel, random);
        }
    }

    private void publish(HandTurnedHub hub, String channel, SplittableRandom random) {
        String json = "{\"symbol\":\"BTC-USD\",\"n\":" + published.size() + ",\"price\":" + random.nextInt(1_000_000)
                + ",\"book\":\"" + noise(random) + "\"}";
        published.add(channel + ' ' + json);
        hub.publish(channel, json);
    }

    /** Mostly short, and now and then so long that a few make a connection's piece. */
    private static String noise(SplittableRandom random) {
        int length = random.nextInt(random.nextInt(8) == 0 ? 3_000 : 60);
        return random.ints(length, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** In step an update bears the node-wide number that it has. */
    private void learnNumber(String line) {
        Matcher update = UPDATE.matcher(line);
        if (update.matches() && update.group(1) != null) {
            numbers.put(payloadNumber(update), Long.parseLong(update.group(1)));
        }
    }

    private void check(CodedClient client, List<String> lines) {
        streams++;
        bytes += client.bytes();
        long told = 0;
        Map<String, Long> last = new HashMap<>();
        for (String line : lines) {
            Matcher mark = MARK.matcher(line);
            if (mark.lookingAt()) {
                // Of an update the number is its own; all before it was told.
                long number = Long.parseLong(mark.group(1));
                told = Math.max(told, mark.end() == line.length() ? number : number - 1);
            }
            Matcher update = UPDATE.matcher(line);
            if (update.matches()) {
                updates++;
                checkUpdate(update, last);
                long number = numbers.getOrDefault(payloadNumber(update), Long.MAX_VALUE);
                assertThat(update.group(4) != null || number > told).as("%s after all up to %d was told", line, told)
                        .isTrue();
            } else if (line.startsWith("{\"op\":\"subscribed\"")) {
                for (Matcher channel = JOINED.matcher(line); channel.find();) {
                    last.put(channel.group(1), Long.parseLong(channel.group(2)));
                }
            } else if (line.startsWith("{\"op\":\"gap\"")) {
                Matcher gap = GAP.matcher(line);
                assertThat(gap.find()).as(line).isTrue();
                last.put(gap.group(1), Long.parseLong(gap.group(2)));
            } else {
                assertThat(line).matches("\\{\"op\":\"(welcome|unsubscribed)\".*}|heartbeat|#\\d+");
            }
        }
    }

    /** Byte for byte what was published, and none left out on channels where all are due. */
    private void checkUpdate(Matcher update, Map<String, Long> last) {
        String channel = update.group(2);
        long seq = Long.parseLong(update.group(3));
        assertThat(channel + ' ' + update.group(5)).isEqualTo(published.get(payloadNumber(update)));
        boolean isSnapshot = update.group(4) != null;
        if (!isSnapshot && !channel.startsWith("price:") && last.containsKey(channel)) {
            assertThat(seq).as("next on %s", channel).isEqualTo(last.get(channel) + 1);
        }
        last.put(channel, seq);
    }

    private static int payloadNumber(Matcher update) {
        Matcher number = NUMBER.matcher(update.group(5));
        assertThat(number.find()).as(update.group()).isTrue();
        return Integer.parseInt(number.group(1));
    }
}
