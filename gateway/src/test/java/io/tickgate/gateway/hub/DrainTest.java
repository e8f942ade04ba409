package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.protocol.message.Disconnect;

/** A planned stop: everybody is told at once, goes at an instant of its own, and takes along what was published before. */
final class DrainTest {
    private static final int WINDOW_MS = 10_000;
    private static final int RETRY_MS = 8_000;
    private static final int TICK_MS = 100;
    private static final DrainSettings SETTINGS = new DrainSettings(WINDOW_MS, RETRY_MS);

    private final HandTurnedHub hub = HandTurnedHub.up(1);

    @AfterEach
    void close() {
        hub.close();
    }

    private List<HandTurnedHub.Client> connect(int count) {
        List<HandTurnedHub.Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(hub.connect(0));
        }
        return clients;
    }

    private static long closed(List<HandTurnedHub.Client> clients) {
        return clients.stream().filter(client -> client.closed != null).count();
    }

    @Test
    void tellsEverybodyAtOnceToComeBackAtDifferentTimes() {
        List<HandTurnedHub.Client> clients = connect(3_000);
        clients.forEach(client -> {
            client.take();
            client.flushes = 0;
            // What is written leaves with a flush.
            client.delayed = true;
        });
        hub.drain(0, SETTINGS);
        hub.turnAll();
        List<Integer> retries = new ArrayList<>();
        for (HandTurnedHub.Client client : clients) {
            List<String> told = client.take();
            assertThat(told).hasSize(1);
            assertThat(told.getFirst()).startsWith("{\"op\":\"goaway\",\"reason\":\"drain\",\"retry\":");
            assertThat(client.flushes).isPositive();
            retries.add(Integer.parseInt(told.getFirst().replaceAll("\\D", "")));
        }
        assertThat(retries).allMatch(retry -> retry >= 0 && retry <= RETRY_MS);
        assertThat(retries.stream().mapToInt(retry -> retry).average().orElseThrow()).isBetween(RETRY_MS * 0.4,
                RETRY_MS * 0.6);
    }

    @Test
    void closesThemSpreadOverTheWindow() {
        List<HandTurnedHub.Client> clients = connect(1_000);
        AtomicInteger over = hub.drain(0, SETTINGS);
        hub.turnAll();
        assertThat(closed(clients)).isZero();
        for (int part = 1; part <= 9; part++) {
            assertThat(over).hasValue(0);
            long before = closed(clients);
            for (int ms = 0; ms < WINDOW_MS / 10; ms += TICK_MS) {
                hub.pass(TICK_MS);
            }
            assertThat(closed(clients) - before).as("closed in the %d. tenth", part).isBetween(50L, 180L);
        }
        assertThat(clients).allMatch(client -> client.closed == Disconnect.SERVICE_RESTART);
        assertThat(over).hasValue(1);
    }

    @Test
    void whatIsPublishedBeforeACloseGoesOutBeforeIt() {
        List<HandTurnedHub.Client> clients = connect(200);
        clients.forEach(client -> client.subscribe("log:x"));
        hub.drain(0, SETTINGS);
        hub.turnAll();
        List<HandTurnedHub.Client> open = new ArrayList<>(clients);
        for (int n = 1; !open.isEmpty(); n++) {
            // On its way to the loop when the clock strikes.
            hub.publish("log:x", String.valueOf(n));
            hub.pass(TICK_MS);
            int last = n;
            open.removeIf(client -> {
                assertThat(client.received.getLast()).endsWith("\"seq\":" + last + ",\"data\":" + last + "}");
                return client.closed != null;
            });
        }
        for (HandTurnedHub.Client client : clients) {
            long updates = client.received.stream().filter(line -> !line.contains("\"op\"")).count();
            assertThat(client.received.getLast()).contains("\"seq\":" + updates + ",");
        }
    }

    @Test
    void whoReadsSlowlyIsGivenTimeUntilTheEnd() {
        List<HandTurnedHub.Client> slow = connect(50);
        HandTurnedHub.Client stuck = hub.connect(0);
        slow.forEach(HandTurnedHub.Client::stall);
        stuck.stall();
        hub.drain(0, SETTINGS);
        hub.turnAll();
        hub.pass(WINDOW_MS * 8 / 10);
        assertThat(closed(slow)).isZero();
        slow.forEach(HandTurnedHub.Client::readAll);
        hub.pass(TICK_MS);
        assertThat(closed(slow)).as("those whose instant has gone by").isGreaterThan(25);
        hub.pass(WINDOW_MS / 10 - 2 * TICK_MS);
        assertThat(stuck.closed).isNull();
        hub.pass(TICK_MS);
        assertThat(closed(slow)).isEqualTo(slow.size());
        assertThat(stuck.closed).isEqualTo(Disconnect.SERVICE_RESTART);
    }

    @Test
    void whatWaitsForAnIntervalGoesOutBeforeTheClose() {
        HandTurnedHub.Client client = hub.connect(0).subscribe(60_000, Map.of(), "log:x");
        for (int n = 1; n <= 400; n++) {
            hub.publish("log:x", "\"" + "x".repeat(1_000) + "\"");
        }
        hub.turnAll();
        assertThat(client.takeSeqs()).isEmpty();
        hub.drain(0, SETTINGS);
        for (int ms = 0; client.closed == null; ms += TICK_MS) {
            assertThat(ms).isLessThan(WINDOW_MS);
            hub.pass(TICK_MS);
        }
        assertThat(client.takeSeqs()).isEqualTo(LongStream.rangeClosed(1, 400).boxed().toList());
    }

    @Test
    void whoAlwaysHasSomethingOnItsWayIsClosedInItsTurn() {
        List<HandTurnedHub.Client> clients = connect(100);
        for (HandTurnedHub.Client client : clients) {
            client.delayed = true;
            client.stall();
        }
        hub.drain(0, SETTINGS);
        hub.turnAll();
        hub.pass(WINDOW_MS / 2);
        assertThat(closed(clients)).isBetween(30L, 80L);
    }

    @Test
    void whoFetchesWhatItIsGivenMayFetchIt() {
        HandTurnedHub.Client client = hub.connect(0).subscribe("log:x");
        client.delayed = true;
        client.fetched = true;
        client.stall();
        hub.drain(0, SETTINGS);
        hub.publish("log:x", "1");
        hub.pass(WINDOW_MS * 8 / 10);
        assertThat(client.closed).isNull();
        client.readAll();
        hub.pass(WINDOW_MS / 10);
        assertThat(client.closed).isEqualTo(Disconnect.SERVICE_RESTART);
        assertThat(client.takeSeqs()).containsExactly(1L);
    }

    @Test
    void withNobodyThereItIsOverAtOnce() {
        assertThat(hub.drain(0, SETTINGS)).hasValue(1);
    }

    @Test
    void itIsOverWhenTheLastHasLeftByItself() {
        List<HandTurnedHub.Client> clients = connect(2);
        AtomicInteger over = hub.drain(0, SETTINGS);
        hub.turnAll();
        clients.forEach(client -> hub.shards.getFirst().left(client.session));
        hub.pass(TICK_MS);
        assertThat(over).hasValue(1);
        hub.pass(WINDOW_MS);
        assertThat(clients).allMatch(client -> client.closed == null);
        assertThat(over).hasValue(1);
    }

    @Test
    void withoutAWindowAllAreToldAndClosedAtOnceWithWhatWasPublished() {
        List<HandTurnedHub.Client> clients = connect(3_000);
        // So many that their room is served in slices.
        clients.forEach(client -> client.subscribe("log:x"));
        hub.turnAll();
        hub.publish("log:x", "1");
        hub.publish("log:x", "2");
        AtomicInteger over = hub.drain(0, new DrainSettings(0, RETRY_MS));
        hub.turnAll();
        assertThat(clients).allMatch(client -> client.closed == Disconnect.SERVICE_RESTART);
        assertThat(clients).allMatch(client -> client.received.toString().contains("goaway"));
        for (HandTurnedHub.Client client : clients) {
            assertThat(client.takeSeqs()).containsExactly(1L, 2L);
        }
        assertThat(over).hasValue(1);
    }

    @Test
    void whoComesNeverthelessIsSentAwayToo() {
        connect(1);
        hub.drain(0, SETTINGS);
        hub.turnAll();
        hub.pass(WINDOW_MS / 2);
        HandTurnedHub.Client late = hub.connect(0);
        assertThat(late.received.getLast()).contains("goaway");
        assertThat(hub.shards.getFirst().isDraining()).isTrue();
        hub.pass(WINDOW_MS * 4 / 10);
        assertThat(late.closed).isEqualTo(Disconnect.SERVICE_RESTART);
    }
}
