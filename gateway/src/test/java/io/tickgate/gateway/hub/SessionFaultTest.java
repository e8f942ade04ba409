package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandId;
import io.tickgate.protocol.message.Disconnect;

/** What goes wrong in one session, or ends it at a bad moment, harms no other and leaves nothing behind. */
@ExpectedLog({"^a session on WEBSOCKET failed", "^closing a connection failed"})
final class SessionFaultTest {

    @Test
    void aConnectionThatFailsInATurnIsClosedAndItsNeighboursGetTheirUpdates() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client before = hub.connect(0).subscribe("trade:a");
            Client broken = hub.connect(0).subscribe("trade:a");
            Client after = hub.connect(0).subscribe("trade:a");
            List.of(before, broken, after).forEach(Client::take);
            broken.broken = true;
            hub.publish("trade:a", "1");
            hub.turnAll();
            hub.publish("trade:a", "2");
            hub.turnAll();
            assertThat(broken.closed).isEqualTo(Disconnect.INTERNAL);
            for (Client neighbour : List.of(before, after)) {
                assertThat(neighbour.take()).containsExactly("{\"channel\":\"trade:a\",\"seq\":1,\"data\":1}",
                        "{\"channel\":\"trade:a\",\"seq\":2,\"data\":2}");
            }
            assertThat(hub.metrics.getFirst().get(Counter.CLOSED_INTERNAL)).isEqualTo(1);
            assertThat(hub.metrics.getFirst().get(Counter.DELIVERIES)).isEqualTo(4);
        }
    }

    @Test
    void aConnectionThatFailsToTakeAMessageIsClosedAndItsNeighboursAreTold() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client broken = hub.connect(0).subscribe("trade:a");
            Client whole = hub.connect(0).subscribe("trade:a");
            whole.take();
            broken.broken = true;
            hub.dispatcher.onDown();
            hub.turnAll();
            assertThat(broken.closed).isEqualTo(Disconnect.INTERNAL);
            assertThat(whole.take()).singleElement().asString().contains("\"upstream\":\"down\"");
        }
    }

    @Test
    void aConnectionThatFailsAtItsHeartbeatIsClosedAndTheOthersHeartsBeat() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client broken = hub.connect(0);
            Client whole = hub.connect(0);
            whole.take();
            broken.broken = true;
            hub.pass(25_000);
            assertThat(broken.closed).isEqualTo(Disconnect.INTERNAL);
            assertThat(whole.take()).containsExactly("heartbeat");
        }
    }

    @Test
    void aConnectionThatFailsAtItsWelcomeLeavesNothingBehind() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client broken = hub.connectBroken(0, new Principal("42", List.of(), 0));
            assertThat(broken.closed).isEqualTo(Disconnect.INTERNAL);
            assertThat(hub.metrics.getFirst().get(Gauge.ROOMS)).isZero();
            assertThat(hub.metrics.getFirst().get(Gauge.SUBSCRIPTIONS)).isZero();
            hub.pass(25_000);
        }
    }

    @Test
    void aSessionThatEndsWhileItsRoomOpensIsNotJoinedToIt() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client first = hub.connect(0).subscribe("trade:a");
            Client second = hub.connect(0).subscribe("trade:a");
            first.onSend = () -> second.shard.left(second.session);
            hub.dispatcher.onSubscribed("trade:a");
            hub.turnAll();
            assertThat(hub.metrics.getFirst().get(Gauge.SUBSCRIPTIONS)).isEqualTo(1);
            first.shard.left(first.session);
            hub.turnAll();
            assertThat(hub.metrics.getFirst().get(Gauge.SUBSCRIPTIONS)).isZero();
            assertThat(hub.metrics.getFirst().get(Gauge.ROOMS)).isZero();
        }
    }

    @Test
    void aSessionThatEndsWhileEveryoneIsToldOfTheOutageDisturbsNobody() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            List<Client> clients = List.of(hub.connect(0), hub.connect(0), hub.connect(0), hub.connect(0));
            clients.forEach(Client::take);
            for (Client client : clients) {
                client.onSend = () -> clients.get(2).shard.left(clients.get(2).session);
            }
            hub.dispatcher.onDown();
            hub.turnAll();
            for (Client client : List.of(clients.get(0), clients.get(1), clients.get(3))) {
                assertThat(client.take()).singleElement().asString().contains("\"upstream\":\"down\"");
            }
        }
    }

    @Test
    void aSessionThatIsOpenedAfterTheEndIsSentAway() {
        HandTurnedHub hub = HandTurnedHub.up(1);
        hub.close();
        Client late = hub.connect(0);
        assertThat(late.closed).isEqualTo(Disconnect.GOING_AWAY);
        assertThat(hub.metrics.getFirst().get(Counter.SESSIONS_CLOSED_WEBSOCKET)).isEqualTo(1);
    }

    @Test
    void countsUpdatesThatAMessageFollowsInTheSameTurn() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client client = hub.connect(1).subscribe("trade:a");
            client.take();
            hub.publish("trade:a", "1");
            hub.publish("trade:a", "2");
            hub.dispatcher.onDown();
            hub.turnAll();
            assertThat(client.take()).hasSize(3).last().asString().contains("\"op\":\"status\"");
            assertThat(hub.metrics.get(1).get(Counter.DELIVERIES)).isEqualTo(2);
            assertThat(hub.metrics.get(1).get(Counter.DELIVERED_BYTES))
                    .isEqualTo(2L * "{\"channel\":\"trade:a\",\"seq\":1,\"data\":1}\n".length());
        }
    }

    @Test
    void aClosedSessionKeepsNoSubscriptionsAndNoCommands() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a");
            hub.broker.confirmsAtOnce = false;
            client.submit(new Command.Subscribe(null, List.of("trade:b"), -1, Map.of()));
            client.submit(new Command.Ping(CommandId.of(1)));
            client.shard.left(client.session);
            hub.turnAll();
            assertThat(client.session.subscriptionCount()).isZero();
            assertThat(client.session.nextCommand()).isNull();
        }
    }
}
