package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.model.Account;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.Disconnect;

/** Clients that do not read for a while: what they are given then, and what they cost. */
final class CursorTest {
    private static final int HIGH_WATERMARK_BYTES = 4_096;

    private final HandTurnedHub hub = new HandTurnedHub(1, HandTurnedHub.settings(), HIGH_WATERMARK_BYTES);

    CursorTest() {
        hub.dispatcher.onUp();
        hub.turnAll();
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private Client subscribed(String... channels) {
        Client client = hub.connect(0).subscribe(channels);
        client.take();
        return client;
    }

    /** Publishes each in a turn of its own. */
    private void publish(String channel, int from, int to) {
        for (int n = from; n <= to; n++) {
            hub.publish(channel, Integer.toString(n));
            hub.turnAll();
        }
    }

    private static String large(int bytes) {
        return "\"" + "x".repeat(bytes - 2) + "\"";
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void aLatestChannelJumpsToItsNewestValue() {
        Client slow = subscribed("price:A").stall();
        publish("price:A", 1, 500);
        slow.readAll();
        hub.turnAll();
        // What was written before the kernel was full, and the newest.
        assertThat(slow.takeSeqs()).containsExactly(1L, 500L);
        assertThat(hub.account("price:A")).isEqualTo(new Account(500, 2, 498, 0, 0, 0));
    }

    @Test
    void anEveryChannelReadsOnAndIsInStepAgain() {
        Client slow = subscribed("trade:a").stall();
        publish("trade:a", 1, 900);
        assertThat(slow.session.isInStep()).isFalse();
        slow.readAll();
        hub.turnAll();
        assertThat(slow.takeSeqs()).isEqualTo(seqs(1, 900));
        assertThat(slow.session.isInStep()).isTrue();
        publish("trade:a", 901, 902);
        assertThat(slow.takeSeqs()).containsExactly(901L, 902L);
        assertThat(hub.account("trade:a")).isEqualTo(new Account(902, 902, 0, 0, 0, 0));
    }

    @Test
    void whatTheRingHasMovedPastIsAGap() {
        Client slow = subscribed("tick:a").stall();
        publish("tick:a", 1, 100);
        slow.readAll();
        hub.turnAll();
        assertThat(slow.received.get(1))
                .isEqualTo("{\"op\":\"gap\",\"channel\":\"tick:a\",\"from\":2,\"to\":84,\"reason\":\"slow\"}");
        assertThat(slow.takeSeqs()).hasSize(17).startsWith(1L, 85L).endsWith(100L);
        assertThat(hub.account("tick:a")).isEqualTo(new Account(100, 17, 0, 83, 0, 0));
    }

    @Test
    void orTheEndWhereTheKindSaysSo() {
        Client slow = subscribed("book:a").stall();
        publish("book:a", 1, 100);
        slow.readAll();
        hub.turnAll();
        assertThat(slow.closed).isEqualTo(Disconnect.SLOW_CONSUMER);
        assertThat(slow.takeSeqs()).containsExactly(1L);
        // The room has closed, and the account is kept.
        assertThat(hub.account("book:a")).isEqualTo(new Account(100, 1, 0, 0, 99, 0));
    }

    @Test
    void theNewestValueDoesNotWaitBehindAHistoryThatIsReadOn() {
        for (String every : List.of("trade:a", "trade:b", "trade:c", "trade:d")) {
            Client slow = subscribed(every, "price:A").stall();
            publish(every, 1, 1);
            for (int n = 2; n <= 200; n++) {
                hub.publish(every, large(200));
                hub.publish("price:A", "1");
                hub.turnAll();
            }
            slow.readAll();
            hub.turnAll();
            assertThat(slow.received.get(1)).startsWith("{\"channel\":\"price:A\"");
            assertThat(slow.takeSeqs()).hasSize(201);
            slow.vanish();
        }
    }

    @Test
    void aReaderThatTakesNothingIsWrittenNothing() {
        Client slow = subscribed("trade:a", "price:A").stall();
        publish("trade:a", 1, 1);
        int writes = slow.writes;
        for (int n = 2; n <= 5_000; n++) {
            hub.publish("trade:a", "1");
            hub.publish("price:A", "1");
            hub.turnAll();
        }
        assertThat(slow.writes).isEqualTo(writes);
        assertThat(slow.mostPending).isLessThan(100);
    }

    @Test
    void aReaderThatTakesALittleAtATimeMissesNothingAndHoldsLittle() {
        Client slow = subscribed("trade:a").stall();
        publish("trade:a", 1, 1);
        for (int n = 2; n <= 900; n++) {
            hub.publish("trade:a", large(200));
            hub.turnAll();
            slow.read(150);
            hub.turnAll();
            hub.assertAccount("trade:a");
        }
        slow.readAll();
        hub.turnAll();
        assertThat(slow.takeSeqs()).isEqualTo(seqs(1, 900));
        assertThat(slow.mostPending).isLessThanOrEqualTo(HIGH_WATERMARK_BYTES);
    }

    @Test
    void whatABurstFindsNoRoomForIsNotWrittenToGrowOld() {
        Client slow = subscribed("price:A", "trade:a").stall();
        slow.read(2 * HIGH_WATERMARK_BYTES);
        for (int n = 1; n <= 100; n++) {
            hub.publish("price:A", large(200));
            hub.publish("trade:a", large(200));
        }
        hub.turnAll();
        assertThat(slow.mostPending).isLessThanOrEqualTo(HIGH_WATERMARK_BYTES);
        hub.assertAccount("price:A");
        hub.assertAccount("trade:a");
        int taken = slow.received.size();
        slow.readAll();
        hub.turnAll();
        List<String> prices = slow.received.stream().filter(line -> line.contains("price:A")).toList();
        assertThat(prices).hasSizeBetween(2, 30).last().asString().contains("\"seq\":100");
        assertThat(slow.received.indexOf(prices.getLast()) - taken).isLessThan(20);
        slow.received.removeAll(prices);
        assertThat(slow.takeSeqs()).isEqualTo(seqs(1, 100));
        Account price = hub.account("price:A");
        assertThat(price).isEqualTo(new Account(100, prices.size(), 100 - prices.size(), 0, 0, 0));
    }

    @Test
    void moreThanTheWatermarkInOneTurnComesInParts() {
        Client client = subscribed("trade:a");
        for (int n = 1; n <= 100; n++) {
            hub.publish("trade:a", large(200));
        }
        hub.turnAll();
        assertThat(client.takeSeqs()).isEqualTo(seqs(1, 100));
        assertThat(client.writes).isGreaterThan(4);
        assertThat(hub.account("trade:a")).isEqualTo(new Account(100, 100, 0, 0, 0, 0));
    }

    @Test
    void whatAnIntervalBroughtComesWholeBeforeTheNext() {
        Client slow = hub.connect(0).subscribe(1_000, Map.of(), "trade:a").stall();
        slow.take();
        slow.read(6_000);
        for (int n = 1; n <= 100; n++) {
            hub.publish("trade:a", large(200));
        }
        hub.pass(1_000);
        assertThat(slow.received).hasSizeBetween(10, 40);
        hub.publish("trade:a", "101");
        slow.readAll();
        hub.turnAll();
        assertThat(slow.takeSeqs()).isEqualTo(seqs(1, 100));
        hub.pass(1_000);
        assertThat(slow.takeSeqs()).containsExactly(101L);
        hub.assertAccount("trade:a");
    }

    @Test
    void noPartIsLongerThanTheWatermark() {
        Client client = subscribed("trade:a");
        for (int count = 80; count < 120; count++) {
            for (int n = 1; n <= count; n++) {
                hub.publish("trade:a", large(200));
            }
            hub.turnAll();
            assertThat(client.takeSeqs()).hasSize(count);
        }
        assertThat(client.longestWrite).isBetween(HIGH_WATERMARK_BYTES / 2, HIGH_WATERMARK_BYTES);
    }

    @Test
    void manyLatestChannelsThatAreTogetherMoreThanTheWatermarkComeInParts() {
        String[] channels = IntStream.range(0, 16).mapToObj(i -> "price:" + i).toArray(String[]::new);
        Client client = hub.connect(0);
        client.submit(new Command.Subscribe(null, List.of(channels).subList(0, 8), 0, Map.of()));
        client.submit(new Command.Subscribe(null, List.of(channels).subList(8, 16), 0, Map.of()));
        hub.turnAll();
        client.take();
        for (String channel : channels) {
            hub.publish(channel, large(1_000));
            hub.publish(channel, large(1_000));
        }
        hub.turnAll();
        assertThat(client.takeSeqs()).hasSizeBetween(16, 32).filteredOn(seq -> seq == 2).hasSize(16);
        for (String channel : channels) {
            hub.assertAccount(channel);
            assertThat(hub.account(channel).pending()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"price:A", "trade:a"})
    void anUpdateThatIsMoreThanTheWatermarkComes(String channel) {
        try (HandTurnedHub low = new HandTurnedHub(1, HandTurnedHub.settings(), 1_024)) {
            low.dispatcher.onUp();
            Client client = low.connect(0).subscribe(channel, "trade:small");
            Client slow = low.connect(0).subscribe(channel, "trade:small");
            client.take();
            slow.take();
            slow.stall();
            low.publish("trade:small", "1");
            low.turnAll();
            low.publish(channel, large(3_000));
            low.publish("trade:small", "2");
            low.turnAll();
            assertThat(client.takeSeqs()).hasSize(3);
            slow.readAll();
            low.turnAll();
            assertThat(slow.takeSeqs()).hasSize(3);
            assertThat(low.account(channel)).isEqualTo(new Account(2, 2, 0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"price:A", "trade:a"})
    void aBatchThatIsMoreThanTheWatermarkComesWhenItIsDue(String channel) {
        Client client = hub.connect(0).subscribe(1_000, Map.of(), channel, "price:B", "price:C", "price:D", "price:E");
        client.take();
        for (int round = 1; round <= 3; round++) {
            for (int n = 0; n < 20; n++) {
                hub.publish(channel, large(900));
            }
            for (String other : List.of("price:B", "price:C", "price:D", "price:E")) {
                hub.publish(other, large(900));
            }
            hub.turnAll();
            assertThat(client.take()).isEmpty();
            hub.pass(1_000);
            assertThat(client.takeSeqs()).hasSize(channel.startsWith("price") ? 5 : 24);
            assertThat(hub.account(channel).pending()).isZero();
            hub.assertAccount(channel);
        }
    }

    @Test
    void ofEachConflationKeyTheNewestComes() {
        Client slow = subscribed("quote:all").stall();
        hub.publishKeyed(0, "quote:all", "A", "1");
        hub.turnAll();
        for (int n = 0; n < 10; n++) {
            hub.publishKeyed(0, "quote:all", "A", "1");
            hub.publishKeyed(0, "quote:all", "B", "1");
            hub.publishKeyed(0, "quote:all", "B", "1");
            hub.turnAll();
        }
        slow.readAll();
        hub.turnAll();
        assertThat(slow.takeSeqs()).containsExactly(1L, 29L, 31L);
        assertThat(hub.account("quote:all")).isEqualTo(new Account(31, 3, 28, 0, 0, 0));
    }

    @Test
    void aKeyThatTheHistoryLostWhileTheMailboxWasFullComesNevertheless() {
        Client client = subscribed("quote:all");
        for (int n = 0; n < 2_000; n++) {
            hub.publish("quote:all", "{\"symbol\":\"A\"}");
        }
        hub.publish("quote:all", "{\"symbol\":\"RARE\"}");
        for (int n = 0; n < 200; n++) {
            hub.publish("quote:all", "{\"symbol\":\"A\"}");
        }
        hub.turnAll();
        assertThat(hub.metrics.getFirst().get(Counter.MAILBOX_FULL)).isPositive();
        assertThat(client.received).filteredOn(line -> line.contains("RARE")).singleElement().asString()
                .contains("\"seq\":2001,");
        assertThat(client.takeSeqs()).endsWith(2_001L, 2_201L);
        hub.assertAccount("quote:all");
        assertThat(hub.account("quote:all").pending()).isZero();
    }

    @Test
    void severalHistoriesAreReadOnTogether() {
        Client slow = subscribed("trade:a", "trade:b", "trade:c").stall();
        publish("trade:a", 1, 1);
        for (String channel : List.of("trade:a", "trade:b", "trade:c")) {
            for (int n = 0; n < 100; n++) {
                hub.publish(channel, large(200));
                hub.publish("trade:a", large(200));
                hub.turnAll();
            }
        }
        slow.readAll();
        hub.turnAll();
        int firstOfB = IntStream.range(0, slow.received.size()).filter(i -> slow.received.get(i).contains("trade:b"))
                .findFirst().orElseThrow();
        assertThat(firstOfB).isBetween(200, 203);
        assertThat(slow.received.subList(firstOfB, firstOfB + 150)).filteredOn(line -> line.contains("trade:a"))
                .hasSize(75);
        assertThat(slow.takeSeqs()).hasSize(601);
    }

    @Test
    void moreKeysThanTheWatermarkTakesComeInPartsAndAreCountedOnce() {
        Client slow = subscribed("quote:all", "trade:a").stall();
        hub.publish("trade:a", "1");
        hub.turnAll();
        for (int n = 0; n < 60; n++) {
            hub.publishKeyed(0, "quote:all", "k" + n % 20, large(900));
            hub.turnAll();
            hub.assertAccount("quote:all");
        }
        slow.readAll();
        hub.turnAll();
        slow.take();
        assertThat(hub.account("quote:all")).isEqualTo(new Account(60, 20, 40, 0, 0, 0));
        slow.subscribe(1_000, Map.of(), "quote:all");
        for (int n = 0; n < 60; n++) {
            hub.publishKeyed(0, "quote:all", "k" + n % 20, large(900));
        }
        hub.pass(1_000);
        assertThat(slow.takeSeqs()).isEqualTo(seqs(101, 120));
        assertThat(hub.account("quote:all")).isEqualTo(new Account(120, 40, 80, 0, 0, 0));
    }

    @Test
    void anOutageThatASlowReaderSleptThroughIsTold() {
        Client slow = subscribed("price:A").stall();
        publish("price:A", 1, 5);
        hub.dispatcher.onDown();
        hub.dispatcher.onUp();
        hub.turnAll();
        publish("price:A", 7, 9);
        slow.readAll();
        hub.turnAll();
        assertThat(slow.received).filteredOn(line -> line.contains("gap")).containsExactly(
                "{\"op\":\"gap\",\"channel\":\"price:A\",\"from\":6,\"to\":6,\"reason\":\"upstream\"}");
        assertThat(slow.takeSeqs()).containsExactly(1L, 9L);
        assertThat(hub.account("price:A")).isEqualTo(new Account(9, 2, 6, 1, 0, 0));
    }

    @Test
    void numbersAreTakenBackWhileOneChannelLags() {
        Client stream = hub.connectStream(0, Command.Subscribe.NO_NUMBER).subscribe("trade:a", "trade:b");
        stream.take();
        hub.publish("trade:a", "1");
        hub.turnAll();
        assertThat(stream.take()).singleElement().asString().startsWith("id:1 {");
        stream.subscribe(1_000, Map.of(), "trade:b");
        stream.take();
        hub.publish("trade:b", "1");
        hub.publish("trade:a", "2");
        hub.turnAll();
        // All up to 1 has come, and what comes does not say that 3 has.
        assertThat(stream.take()).hasSize(2).first().asString().startsWith("{\"channel\":\"trade:a\",\"seq\":2");
        hub.pass(1_000);
        assertThat(stream.take()).satisfiesExactly(
                update -> assertThat(update).startsWith("{\"channel\":\"trade:b\",\"seq\":1"),
                id -> assertThat(id).isEqualTo("id:3"));
    }

    @Test
    void inOneTurnUpdatesWithNumbersAndWithoutKeepTheirOrder() {
        try (HandTurnedHub roomy = HandTurnedHub.up(1)) {
            for (int i = 0; i < 20; i++) {
                roomy.connect(0).subscribe("price:A");
            }
            Client stream = roomy.connectStream(0, Command.Subscribe.NO_NUMBER).subscribe("trade:a", "price:A");
            stream.take();
            roomy.publish("trade:a", "1");
            // More than a room gets at once: from somewhere on the stream is behind within the turn.
            for (int n = 1; n <= 500; n++) {
                roomy.publish("price:A", "1");
            }
            roomy.publish("trade:a", "2");
            roomy.turnAll();
            List<String> lines = stream.take();
            assertThat(lines.getFirst()).startsWith("id:1 {\"channel\":\"trade:a\",\"seq\":1");
            assertThat(lines).filteredOn(line -> line.contains("trade:a")).last().asString()
                    .startsWith("{\"channel\":\"trade:a\",\"seq\":2");
            assertThat(lines.get(lines.size() - 2)).startsWith("{\"channel\":\"price:A\",\"seq\":500");
            assertThat(lines.getLast()).isEqualTo("id:502");
            roomy.publish("trade:a", "3");
            roomy.turnAll();
            assertThat(stream.take()).singleElement().asString().startsWith("id:503 {");
        }
    }
}
