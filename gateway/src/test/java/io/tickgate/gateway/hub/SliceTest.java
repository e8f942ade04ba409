package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.protocol.message.Command;

/** Rooms that are huge or flooded go on in slices, and whoever else is on the loop hardly notices. */
final class SliceTest {
    private static final int HUGE = 50_000;

    @Test
    void aHugeRoomLetsOthersInBetweenItsSlices() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            List<Client> crowd = clients(hub, HUGE, "trade:big");
            Client small = hub.connect(0).subscribe("trade:small");
            small.take();
            for (int n = 1; n <= 2; n++) {
                hub.publish("trade:big", "1");
            }
            int before = 0;
            int rounds = 0;
            Client late = null;
            for (int got = 0; got < HUGE; rounds++) {
                hub.publish("trade:small", "1");
                turn(hub);
                assertThat(small.takeSeqs()).as("round %s", rounds).containsExactly(rounds + 1L);
                got = (int) crowd.stream().filter(client -> !client.received.isEmpty()).count();
                assertThat(got - before).isLessThan(HUGE / 4);
                before = got;
                if (rounds == 5) {
                    late = hub.join(0, "trade:big");
                    hub.shards.getFirst().heartbeat(small.session, 0);
                    turn(hub);
                    assertThat(small.take()).containsExactly("heartbeat");
                }
            }
            assertThat(rounds).isGreaterThan(5);
            hub.publish("trade:big", "1");
            hub.turnAll();
            for (Client client : crowd) {
                assertThat(client.takeSeqs()).containsExactly(1L, 2L, 3L);
            }
            assertThat(late.takeSeqs()).containsExactly(3L);
            hub.assertAccount("trade:big");
            assertThat(hub.account("trade:big").delivered()).isEqualTo(3L * HUGE + 1);
        }
    }

    @Test
    void aHugeRoomThatAskedForAnIntervalDoesSoToo() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            List<Client> crowd = clients(hub, 20_000, "trade:big");
            for (Client client : crowd) {
                client.submit(new Command.Subscribe(null, List.of("trade:big"), 250, Map.of()));
            }
            hub.turnAll();
            crowd.forEach(Client::take);
            Client small = hub.connect(0).subscribe("trade:small");
            small.take();
            for (int n = 1; n <= 10; n++) {
                hub.publish("trade:big", "1");
            }
            hub.turnAll();
            hub.fireTimers(250);
            int rounds = 0;
            int before = 0;
            for (int got = 0; got < crowd.size(); rounds++) {
                hub.publish("trade:small", "1");
                turn(hub);
                assertThat(small.takeSeqs()).as("round %s", rounds).containsExactly(rounds + 1L);
                got = (int) crowd.stream().filter(client -> !client.received.isEmpty()).count();
                assertThat(got - before).isLessThan(crowd.size() / 4);
                before = got;
                for (int i = 0; i < 10; i++) {
                    crowd.remove(rounds * 10 + i).vanish();
                }
            }
            hub.turnAll();
            for (Client client : crowd) {
                assertThat(client.takeSeqs()).isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
            }
            hub.assertAccount("trade:big");
        }
    }

    @Test
    void aCrowdThatWaitedForOneChannelIsAnsweredInSlicesToo() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client small = hub.connect(0).subscribe("trade:small");
            small.take();
            hub.broker.confirmsAtOnce = false;
            List<Client> crowd = clients(hub, 20_000, "price:big");
            hub.dispatcher.onSubscribed("price:big");
            int rounds = 0;
            int before = 0;
            for (int got = 0; got < crowd.size(); rounds++) {
                hub.publish("trade:small", "1");
                hub.publish("price:big", "1");
                turn(hub);
                assertThat(small.takeSeqs()).as("round %s", rounds).containsExactly(rounds + 1L);
                got = (int) crowd.stream().filter(client -> !client.received.isEmpty()).count();
                assertThat(got - before).isLessThan(crowd.size() / 4);
                before = got;
                crowd.removeLast().vanish();
            }
            hub.turnAll();
            for (Client client : crowd) {
                assertThat(client.received.getFirst()).contains("\"subscribed\"");
                assertThat(client.takeSeqs()).endsWith((long) rounds);
            }
            hub.assertAccount("price:big");
        }
    }

    @Test
    void nobodyMissesAnythingWhoComesOrGoesWhileARoomIsSwept() {
        Random random = new Random(1);
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            List<Client> crowd = clients(hub, 2 * Line.SLICE_MEMBERS + 500, "trade:big");
            for (int n = 1; n <= 15; n++) {
                hub.publish("trade:big", "1");
                hub.loops.getFirst().turnOnce();
                for (int i = 0; i < 50; i++) {
                    crowd.remove(random.nextInt(crowd.size())).vanish();
                    crowd.add(hub.join(0, "trade:big"));
                }
                hub.assertAccount("trade:big");
            }
            hub.turnAll();
            hub.publish("trade:big", "1");
            hub.turnAll();
            for (Client client : crowd) {
                List<Long> seqs = client.takeSeqs();
                assertThat(seqs).isEqualTo(LongStream.rangeClosed(seqs.getFirst(), 16).boxed().toList());
            }
            hub.assertAccount("trade:big");
            assertThat(hub.account("trade:big").pending()).isZero();
        }
    }

    @Test
    void aFloodedRoomDoesNotHoldUpAnother() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            List<Client> flooded = clients(hub, 200, "trade:flood");
            Client small = hub.connect(0).subscribe("trade:small");
            small.take();
            for (int n = 1; n <= 900; n++) {
                hub.publish("trade:flood", "1");
            }
            hub.publish("trade:small", "1");
            turn(hub);
            assertThat(small.takeSeqs()).containsExactly(1L);
            assertThat(flooded.getFirst().received).hasSizeLessThan(300);
            hub.turnAll();
            for (Client client : flooded) {
                assertThat(client.takeSeqs()).isEqualTo(LongStream.rangeClosed(1, 900).boxed().toList());
            }
        }
    }

    @Test
    void aLoopThatIsBusyEveryTurnStillBringsOthersForward() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            for (int room = 0; room < 14; room++) {
                clients(hub, 1_000, "price:" + room);
            }
            clients(hub, Line.SLICE_MEMBERS + 1, "price:huge");
            Client slow = hub.connect(0).subscribe("trade:a");
            slow.take();
            slow.stall();
            for (int n = 1; n <= 5; n++) {
                hub.publish("trade:a", "1");
                hub.turnAll();
            }
            for (int turn = 0; turn < 5; turn++) {
                // More than a few turns collect.
                for (int n = 0; n < 14 * 8; n++) {
                    hub.publish("price:" + n % 14, "1");
                }
                hub.publish("price:huge", "1");
                if (turn == 1) {
                    slow.readAll();
                }
                turn(hub);
            }
            assertThat(slow.takeSeqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    /** What has come so far is handed over, and the loop does what waits now, once. */
    private static void turn(HandTurnedHub hub) {
        hub.loops.getFirst().turnOnce();
        hub.loops.getFirst().turnOnce();
    }

    private static List<Client> clients(HandTurnedHub hub, int count, String channel) {
        List<Client> clients = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            clients.add(hub.join(0, channel));
        }
        hub.turnAll();
        clients.forEach(Client::take);
        return clients;
    }
}
