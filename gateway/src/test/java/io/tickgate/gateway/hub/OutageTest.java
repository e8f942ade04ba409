package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.wire.Tally;
import io.tickgate.protocol.message.Command;

/** The broker goes and comes back: what may be missing is announced where it is missing, and once. */
final class OutageTest {
    private static final String GAP_OF_1 = "{\"op\":\"gap\",\"channel\":\"trade:a\",\"from\":1,\"to\":1,\"reason\":\"upstream\"}";
    private static final String GAP_OF_2 = "{\"op\":\"gap\",\"channel\":\"trade:a\",\"from\":2,\"to\":2,\"reason\":\"upstream\"}";
    private static final String GAP_OF_4 = "{\"op\":\"gap\",\"channel\":\"trade:a\",\"from\":4,\"to\":4,\"reason\":\"upstream\"}";

    @Test
    void theGapComesBeforeWhatArrivesWhileOtherChannelsAreStillConfirmed() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a");
            hub.publish("trade:a", "1");
            hub.dispatcher.onDown();
            hub.turnAll();
            client.take();
            hub.publish("trade:a", "2");
            hub.dispatcher.onUp();
            hub.turnAll();
            assertThat(client.take()).satisfiesExactly(gap -> assertThat(gap).isEqualTo(GAP_OF_2),
                    update -> assertThat(update).contains("\"seq\":3"),
                    up -> assertThat(up).contains("\"upstream\":\"up\""));
        }
    }

    @Test
    void aConnectionThatIsLostAgainBeforeItIsUpIsAnotherGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a");
            hub.publish("trade:a", "1");
            hub.dispatcher.onDown();
            hub.publish("trade:a", "2");
            hub.dispatcher.onDown();
            hub.dispatcher.onUp();
            hub.turnAll();
            assertThat(client.take()).filteredOn(line -> line.contains("\"op\":\"gap\"")).containsExactly(GAP_OF_2,
                    GAP_OF_4);
        }
    }

    @Test
    void everyoneIsToldOfAnOutageOnce() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            client.take();
            hub.dispatcher.onDown();
            hub.clock.advance(10);
            hub.dispatcher.onDown();
            hub.turnAll();
            assertThat(client.take()).hasSize(1);
        }
    }

    @Test
    void aChannelThatIsJoinedWhileTheBrokerIsAwayIsConfirmedByAGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            hub.dispatcher.onDown();
            hub.turnAll();
            Client client = hub.connect(0).subscribe("trade:a");
            assertThat(client.take()).last().asString().contains("\"live\":false");
            hub.dispatcher.onUp();
            hub.turnAll();
            assertThat(client.take()).first().asString().isEqualTo(GAP_OF_1);
        }
    }

    @Test
    void aChannelThatTheBrokerIsAskedForOnlyAfterItIsUpAgainIsConfirmedByAGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            hub.broker.confirmsAtOnce = false;
            hub.dispatcher.onDown();
            hub.turnAll();
            Client client = hub.connect(1);
            client.submit(new Command.Subscribe(null, List.of("trade:a"), -1, Map.of()));
            hub.loops.get(1).turn();
            // The dispatcher has the join, and the broker is up before it was asked.
            hub.loops.get(0).turnOnce();
            hub.dispatcher.onUp();
            hub.turnAll();
            assertThat(client.take()).noneMatch(line -> line.contains("\"op\":\"gap\""))
                    .anyMatch(line -> line.contains("\"live\":false"));
            hub.dispatcher.onSubscribed("trade:a");
            hub.turnAll();
            assertThat(client.take()).containsExactly(GAP_OF_1);
        }
    }

    @Test
    void aChannelFirstHeardOfWhileConnectingHasNoGap() {
        try (HandTurnedHub hub = new HandTurnedHub(1, HandTurnedHub.settings(), 262_144)) {
            hub.publish("price:X", "1");
            hub.dispatcher.onUp();
            hub.turnAll();
            Client client = hub.connect(0);
            client.take();
            client.subscribe("price:X");
            assertThat(client.take()).hasSize(2).noneMatch(line -> line.contains("\"op\":\"gap\""));
        }
    }

    @Test
    void aRoomThatWasRefusedAndLeavesLateCountsNoUserTwice() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            hub.broker.confirmsAtOnce = false;
            Room refused = new Room("user:42", SampleKinds.named("user"), new Tally(null));
            Room other = new Room("user:42", SampleKinds.named("user"), new Tally(null));
            hub.dispatcher.join(0, refused);
            hub.dispatcher.onRefused("user:42");
            hub.dispatcher.join(1, other);
            hub.dispatcher.leave(1, other);
            hub.dispatcher.leave(0, refused);
            assertThat(hub.metrics.getFirst().get(Gauge.USERS)).isZero();
        }
    }

    @Test
    void whatTheBrokerRefusesWhenItIsBackIsLeftByEverybody() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            List<Client> clients = List.of(hub.connect(0), hub.connect(1), hub.connect(1));
            clients.get(0).subscribe("trade:a", "trade:b");
            clients.get(1).subscribe("trade:a");
            clients.get(2).subscribe(1_000, Map.of(), "trade:a");
            hub.publish("trade:a", "1");
            hub.dispatcher.onDown();
            hub.turnAll();
            clients.forEach(Client::take);
            hub.dispatcher.onRefused("trade:a");
            hub.dispatcher.onUp();
            hub.turnAll();
            String left = "{\"op\":\"unsubscribed\",\"channels\":[\"trade:a\"],\"reason\":\"unavailable\"}";
            clients.forEach(client -> assertThat(client.take()).contains(left));
            hub.publish("trade:b", "1");
            hub.turnAll();
            assertThat(clients.getFirst().takeSeqs()).containsExactly(2L);
            assertThat(hub.metrics.get(1).get(Gauge.SUBSCRIPTIONS)).isZero();
            clients.get(1).subscribe("trade:a");
            assertThat(clients.get(1).received.getLast()).contains("\"subscribed\"", "\"seq\":0");
            hub.publish("trade:a", "1");
            hub.turnAll();
            assertThat(clients.get(1).takeSeqs()).containsExactly(1L);
        }
    }

    @Test
    void aChannelThatIsGivenUpBeforeTheBrokerWasAskedIsNotAskedForAfterwards() {
        HubSettings noLinger = HandTurnedHub.settings(0, 1 << 20, 0);
        try (HandTurnedHub hub = new HandTurnedHub(1, noLinger, 262_144)) {
            hub.dispatcher.onUp();
            hub.turnAll();
            Room room = new Room("trade:a", SampleKinds.named("trade"), new Tally(null));
            hub.dispatcher.join(0, room);
            hub.dispatcher.leave(0, room);
            hub.clock.advance(room.kind().historyMs());
            hub.dispatcher.tick();
            hub.turnAll();
            hub.dispatcher.tick();
            assertThat(hub.broker.asked).isEmpty();
        }
    }

    @Test
    void theNodesNumberNeverFallsBack() {
        try (HandTurnedHub hub = new HandTurnedHub(2, HandTurnedHub.settings(), 1 << 20)) {
            hub.dispatcher.onUp();
            hub.turnAll();
            Client client = hub.connect(1).subscribe("price:A", "price:B");
            // More than the mailbox takes: what does not fit is held back by channel and so changes its order.
            for (int i = 0; i < 3_000; i++) {
                hub.publish(i == 1_500 ? "price:B" : "price:A", "1");
            }
            hub.publish("price:B", "2");
            hub.publish("price:A", "3");
            hub.turnAll();
            assertThat(client.shard.standing().number()).isEqualTo(3_002);
        }
    }
}
