package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.model.Account;

/** Clients that ask for one delivery per channel and interval. */
final class IntervalTest {
    private final HandTurnedHub hub = HandTurnedHub.up(1);

    @AfterEach
    void close() {
        hub.close();
    }

    private Client subscribed(int intervalMs, String... channels) {
        Client client = hub.connect(0).subscribe(intervalMs, Map.of(), channels);
        client.take();
        return client;
    }

    private void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            hub.publish(channel, "1");
            hub.turnAll();
        }
    }

    @Test
    void aLatestChannelGivesItsNewestValueAnEveryChannelABatch() {
        Client client = subscribed(250, "price:A", "trade:a");
        int writes = client.writes;
        publish("price:A", 10);
        publish("trade:a", 10);
        assertThat(client.take()).isEmpty();
        hub.pass(250);
        assertThat(client.writes).as("in one write").isEqualTo(writes + 1);
        assertThat(client.received).filteredOn(line -> line.contains("price:A")).singleElement().asString()
                .contains("\"seq\":10,");
        assertThat(client.takeSeqs()).hasSize(11);
        hub.pass(250);
        assertThat(client.take()).as("nothing new, nothing to come").isEmpty();
        assertThat(hub.account("price:A")).isEqualTo(new Account(10, 1, 9, 0, 0, 0));
        assertThat(hub.account("trade:a")).isEqualTo(new Account(10, 10, 0, 0, 0, 0));
    }

    @Test
    void whoAsksForTheSameIntervalIsServedAtTheSameInstant() {
        Client early = subscribed(1_000, "price:A");
        hub.pass(400);
        Client late = subscribed(1_000, "price:A");
        publish("price:A", 1);
        hub.pass(500);
        assertThat(early.take()).isEmpty();
        assertThat(late.take()).isEmpty();
        hub.pass(100);
        assertThat(early.takeSeqs()).containsExactly(1L);
        assertThat(late.takeSeqs()).containsExactly(1L);
    }

    @Test
    void changesLiveAndLosesNothing() {
        Client client = subscribed(1_000, "trade:a");
        publish("trade:a", 3);
        client.subscribe(100, Map.of(), "trade:a");
        assertThat(client.take()).singleElement().asString().contains("\"interval\":100").contains("\"seq\":0");
        hub.pass(100);
        assertThat(client.takeSeqs()).containsExactly(1L, 2L, 3L);
        publish("trade:a", 2);
        client.subscribe(0, Map.of(), "trade:a");
        assertThat(client.takeSeqs()).as("at once").containsExactly(4L, 5L);
        publish("trade:a", 1);
        assertThat(client.takeSeqs()).containsExactly(6L);
        assertThat(client.session.isInStep()).isTrue();
        client.subscribe(-1, Map.of(), "trade:a");
        assertThat(client.take()).singleElement().asString().contains("\"interval\":0");
        hub.assertAccount("trade:a");
    }

    @Test
    void isServedBeforeTheHistoryRunsOut() {
        Client client = subscribed(60_000, "tick:a");
        publish("tick:a", 100);
        hub.pass(60_000);
        assertThat(client.received).noneMatch(line -> line.contains("gap"));
        assertThat(client.takeSeqs()).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void isNotServedBeforeItsTimeForWhatCameBeforeIt() {
        Client other = subscribed(0, "tick:a");
        publish("tick:a", 100);
        Client client = subscribed(1_000, "tick:a");
        publish("tick:a", 7);
        assertThat(client.take()).isEmpty();
        hub.pass(1_000);
        assertThat(client.takeSeqs()).hasSize(7);
        for (int round = 0; round < 10; round++) {
            publish("tick:a", 7);
            assertThat(client.take()).as("served in time each time").isEmpty();
            hub.pass(1_000);
            assertThat(client.takeSeqs()).hasSize(7);
        }
        assertThat(other.takeSeqs()).hasSize(177);
    }

    @Test
    void aSlowReaderWithAnIntervalIsServedAtTheNextOne() {
        Client slow = subscribed(250, "price:A").stall();
        publish("price:A", 2);
        hub.pass(250);
        publish("price:A", 2);
        hub.pass(250);
        slow.readAll();
        hub.turnAll();
        assertThat(slow.takeSeqs()).containsExactly(2L);
        hub.pass(250);
        assertThat(slow.takeSeqs()).containsExactly(4L);
        assertThat(hub.account("price:A")).isEqualTo(new Account(4, 2, 2, 0, 0, 0));
    }

    @Test
    void aHundredAMomentAreFourASecondOfTheNewest() {
        Client client = subscribed(250, "price:A");
        List<Long> newest = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            hub.publish("price:A", "1");
            hub.turnAll();
            hub.pass(10);
            if (i % 25 == 0) {
                newest.add((long) i);
            }
        }
        assertThat(client.takeSeqs()).isEqualTo(newest);
    }
}
