package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandId;
import io.tickgate.protocol.message.Disconnect;

@ExpectedLog("^dropped a publication on trade:a: NOT_JSON")
final class HubTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void deliversToEverySubscriberOnEveryLoopInOrder(int loops) {
        try (HandTurnedHub hub = HandTurnedHub.up(loops)) {
            List<Client> clients = List.of(hub.connect(0).subscribe("trade:a"),
                    hub.connect(loops - 1).subscribe("trade:a"));
            clients.forEach(Client::take);
            hub.publish("trade:a", "1");
            hub.publish("trade:a", "2");
            hub.turnAll();
            for (Client client : clients) {
                assertThat(client.take()).containsExactly("{\"channel\":\"trade:a\",\"seq\":1,\"data\":1}",
                        "{\"channel\":\"trade:a\",\"seq\":2,\"data\":2}");
            }
        }
    }

    @Test
    void writesToEachConnectionOncePerTurnAndFlushesThoseThatNeedIt() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client direct = hub.connect(0).subscribe("trade:a", "trade:b");
            Client delayed = hub.connect(0).subscribe("trade:a", "trade:b");
            delayed.delayed = true;
            List<Client> clients = List.of(direct, delayed);
            clients.forEach(client -> {
                client.writes = 0;
                client.flushes = 0;
            });
            for (int i = 0; i < 50; i++) {
                hub.publish(i % 2 == 0 ? "trade:a" : "trade:b", "1");
            }
            hub.turnAll();
            assertThat(clients).allMatch(client -> client.writes == 1);
            assertThat(direct.flushes).isZero();
            assertThat(delayed.flushes).isEqualTo(1);
        }
    }

    @Test
    void connectionsWithDifferentSubscriptionsGetTheirOwnRunsOfOneTurn() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client all = hub.connect(0).subscribe("trade:a", "trade:b", "trade:c");
            Client ac = hub.connect(0).subscribe("trade:a", "trade:c");
            Client b = hub.connect(0).subscribe("trade:b");
            List.of(all, ac, b).forEach(Client::take);
            for (String channel : List.of("trade:a", "trade:b", "trade:c", "trade:a")) {
                hub.publish(channel, "0");
            }
            hub.turnAll();
            assertThat(all.take()).extracting(HubTest::channel).containsExactly("trade:a", "trade:b", "trade:c",
                    "trade:a");
            assertThat(ac.take()).extracting(HubTest::channel).containsExactly("trade:a", "trade:c", "trade:a");
            assertThat(b.take()).extracting(HubTest::channel).containsExactly("trade:b");
        }
    }

    @Test
    void answersSubscribeOnlyOnceTheBrokerHasConfirmed() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client client = hub.connect(0);
            client.take();
            client.subscribe("trade:a");
            client.submit(new Command.Ping(CommandId.of(2)));
            hub.turnAll();
            assertThat(client.take()).isEmpty();
            hub.dispatcher.onSubscribed("trade:a");
            hub.turnAll();
            assertThat(client.take()).satisfiesExactly(
                    first -> assertThat(first).startsWith("{\"op\":\"subscribed\"").contains("\"seq\":0"),
                    second -> assertThat(second).startsWith("{\"op\":\"pong\",\"id\":2"));
        }
    }

    @Test
    void refusesASubscribeTheBrokerDoesNotConfirmInTime() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client client = hub.connect(0);
            client.take();
            client.subscribe("trade:a");
            hub.pass(5_000);
            assertThat(client.take()).singleElement().asString().contains("\"refused\":[{\"channel\":\"trade:a\"",
                    "\"code\":\"unavailable\"");
            assertThat(hub.metrics.getFirst().get(Gauge.ROOMS)).isZero();
        }
    }

    @Test
    void refusesAChannelThatTheBrokerRefuses() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client client = hub.connect(0);
            client.take();
            client.subscribe("trade:a");
            hub.dispatcher.onRefused("trade:a");
            hub.turnAll();
            assertThat(client.take()).singleElement().asString().contains("\"code\":\"unavailable\"");
            assertThat(hub.metrics.getFirst().get(Gauge.CHANNELS)).isZero();
        }
    }

    @Test
    void givesANewSubscriberTheLastValueThenWhatFollows() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            hub.publish("price:X", "{\"p\":1}");
            hub.publish("price:X", "{\"p\":2}");
            hub.turnAll();
            Client client = hub.connect(1);
            client.take();
            client.subscribe("price:X");
            hub.publish("price:X", "{\"p\":3}");
            hub.turnAll();
            assertThat(client.take()).satisfiesExactly(
                    subscribed -> assertThat(subscribed).contains("\"seq\":2", "\"snapshot\":true"),
                    snapshot -> assertThat(snapshot).contains("\"seq\":2", "\"snapshot\":true", "\"data\":{\"p\":2}"),
                    update -> assertThat(update).contains("\"seq\":3", "\"data\":{\"p\":3}")
                            .doesNotContain("snapshot"));
        }
    }

    @Test
    void aPublicationBeforeTheAnswerIsInTheSnapshotOrFollowsIt() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client client = hub.connect(1);
            client.take();
            client.submit(new Command.Subscribe(null, List.of("price:X"), -1, Map.of()));
            hub.publish("price:X", "1");
            hub.loops.get(0).turn();
            hub.publish("price:X", "2");
            hub.turnAll();
            List<String> received = client.take();
            assertThat(received.getFirst()).contains("\"op\":\"subscribed\"");
            long seq = Long.parseLong(received.getFirst().replaceAll(".*\"seq\":(\\d+).*", "$1"));
            List<String> updates = received.stream().filter(line -> line.contains("data") && !line.contains("snapshot"))
                    .toList();
            assertThat(updates).hasSize((int) (2 - seq));
        }
    }

    @Test
    void tellsEveryoneThatTheBrokerIsAwayAndThenAnnouncesTheGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client client = hub.connect(1).subscribe("trade:a");
            hub.publish("trade:a", "1");
            hub.turnAll();
            client.take();
            hub.dispatcher.onDown();
            hub.turnAll();
            assertThat(client.take()).singleElement().asString().startsWith("{\"op\":\"status\",\"upstream\":\"down\"");
            hub.dispatcher.onUp();
            hub.publish("trade:a", "2");
            hub.turnAll();
            assertThat(client.take()).satisfiesExactly(
                    gap -> assertThat(gap).isEqualTo(
                            "{\"op\":\"gap\",\"channel\":\"trade:a\",\"from\":2,\"to\":2,\"reason\":\"upstream\"}"),
                    up -> assertThat(up).startsWith("{\"op\":\"status\",\"upstream\":\"up\""),
                    update -> assertThat(update).contains("\"seq\":3", "\"data\":2"));
        }
    }

    @Test
    void subscribesAtOnceWhileTheBrokerIsAwayAndSaysSo() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            hub.dispatcher.onDown();
            Client client = hub.connect(0);
            hub.turnAll();
            assertThat(client.take()).last().asString().contains("\"upstream\":\"down\"");
            client.subscribe("trade:a");
            assertThat(client.take()).singleElement().asString().contains("\"live\":false");
        }
    }

    @Test
    void aSnapshotOlderThanAnOutageIsFollowedByItsGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.publish("price:X", "1");
            hub.dispatcher.onDown();
            hub.dispatcher.onUp();
            hub.turnAll();
            Client client = hub.connect(0);
            client.take();
            client.subscribe("price:X");
            assertThat(client.take()).satisfiesExactly(
                    subscribed -> assertThat(subscribed).contains("\"seq\":1"),
                    snapshot -> assertThat(snapshot).contains("\"seq\":1", "\"snapshot\":true"),
                    gap -> assertThat(gap).contains("\"from\":2,\"to\":2,\"reason\":\"upstream\""));
        }
    }

    @Test
    void asksTheBrokerOnceForAllChannelsOfATurn() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.connect(0).subscribe("trade:a", "trade:b", "trade:c");
            assertThat(hub.broker.subscribes).containsExactly(List.of("trade:a", "trade:b", "trade:c"));
        }
    }

    @Test
    void givesAChannelUpOnlyAfterTheLinger() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a");
            client.shard.left(client.session);
            hub.turnAll();
            hub.pass(119_000);
            assertThat(hub.broker.asked).contains("trade:a");
            hub.pass(1_000);
            assertThat(hub.broker.asked).isEmpty();
            assertThat(hub.metrics.getFirst().get(Gauge.CHANNELS)).isZero();
        }
    }

    @Test
    void aChannelThatIsWantedAgainWithinTheLingerKeepsItsCounter() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client first = hub.connect(0).subscribe("trade:a");
            hub.publish("trade:a", "1");
            hub.turnAll();
            first.shard.left(first.session);
            hub.turnAll();
            hub.pass(60_000);
            Client second = hub.connect(1);
            second.take();
            second.subscribe("trade:a");
            assertThat(second.take()).singleElement().asString().contains("\"seq\":1");
            hub.pass(200_000);
            assertThat(hub.broker.asked).contains("trade:a");
        }
    }

    @Test
    void refusesChannelByChannelWithTheContractsCodes() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            client.take();
            client.subscribe("trade:ok", "bad name", "order:42", "unknown:x");
            assertThat(client.take()).singleElement().asString().contains("{\"channel\":\"trade:ok\"",
                    "{\"channel\":\"bad name\",\"code\":\"bad_channel\"",
                    "{\"channel\":\"order:42\",\"code\":\"unauthorized\"",
                    "{\"channel\":\"unknown:x\",\"code\":\"forbidden\"");
        }
    }

    @Test
    void refusesMoreSubscriptionsThanAConnectionMayHave() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            for (int i = 0; i < 16; i++) {
                client.subscribe("trade:" + i);
            }
            client.take();
            client.subscribe("trade:16");
            assertThat(client.take()).singleElement().asString().contains("\"code\":\"limit\"");
        }
    }

    @Test
    void closesAClientThatQueuesTooManyCommands() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.broker.confirmsAtOnce = false;
            Client client = hub.connect(0).subscribe("trade:a");
            for (int i = 0; i < 5; i++) {
                client.submit(new Command.Ping(null));
            }
            assertThat(client.closed).isEqualTo(Disconnect.TOO_MANY);
            hub.turnAll();
            assertThat(hub.metrics.getFirst().get(Gauge.ROOMS)).isZero();
        }
    }

    @Test
    void joinsAUserToItsOwnRoomsAndCountsIt() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0, new Principal("42", List.of(), 0));
            assertThat(client.take()).first().asString().contains("\"user\":\"42\"", "[\"user:42\",\"order:42\"]");
            hub.publish("order:42", "{\"id\":1}");
            hub.turnAll();
            assertThat(client.take()).singleElement().asString().contains("\"channel\":\"order:42\"");
            assertThat(hub.metrics.getFirst().get(Gauge.USERS)).isEqualTo(1);
            client.shard.left(client.session);
            hub.turnAll();
            assertThat(hub.metrics.getFirst().get(Gauge.USERS)).isZero();
        }
    }

    @Test
    void authenticatesInBandButNeverAsAnotherUser() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            client.take();
            client.submit(new Command.Authenticate(CommandId.of(1), "bad"));
            client.submit(new Command.Authenticate(CommandId.of(2), "7"));
            client.submit(new Command.Authenticate(CommandId.of(3), "8"));
            hub.turnAll();
            assertThat(client.take()).extracting(line -> line.replaceAll("\"message\".*", "")).contains(
                    "{\"op\":\"error\",\"id\":1,\"code\":\"unauthorized\",",
                    "{\"op\":\"authenticated\",\"id\":2,\"user\":\"7\",\"channels\":[\"user:7\",\"order:7\"]}",
                    "{\"op\":\"error\",\"id\":3,\"code\":\"bad_request\",");
        }
    }

    @Test
    void endsASessionWhoseTokenExpires() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0, new Principal("42", List.of(), hub.clock.timeMs() + 10_000));
            hub.pass(9_999);
            assertThat(client.closed).isNull();
            hub.pass(1);
            assertThat(client.closed).isEqualTo(Disconnect.TOKEN_EXPIRED);
        }
    }

    @Test
    void beatsEachHeartAndEndsTheSilent() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client alive = hub.connect(0);
            Client silent = hub.connect(0);
            alive.take();
            hub.pass(25_000);
            assertThat(alive.take()).containsExactly("heartbeat");
            alive.shard.heard(alive.session);
            hub.pass(25_000);
            assertThat(silent.closed).isEqualTo(Disconnect.HEARTBEAT);
            assertThat(alive.closed).isNull();
        }
    }

    @Test
    void givesAReaderThatTakesNothingNoMoreAndClosesItAfterAWhile() {
        try (HandTurnedHub hub = new HandTurnedHub(1, HandTurnedHub.settings(), 4_096)) {
            hub.dispatcher.onUp();
            Client slow = hub.connect(0).subscribe("trade:a");
            Client fast = hub.connect(0).subscribe("trade:a");
            slow.stall();
            for (int i = 0; i < 1_000; i++) {
                hub.publish("trade:a", "\"" + "x".repeat(100) + "\"");
                hub.turnAll();
            }
            assertThat(slow.mostPending).isLessThanOrEqualTo(4_096);
            for (int s = 0; s < 59; s++) {
                hub.pass(1_000);
                fast.shard.heard(fast.session);
                slow.shard.heard(slow.session);
            }
            assertThat(slow.closed).isNull();
            hub.pass(1_000);
            assertThat(slow.closed).isEqualTo(Disconnect.SLOW_CONSUMER);
            assertThat(fast.closed).isNull();
            assertThat(fast.takeSeqs()).hasSize(1_000);
            assertThat(hub.metrics.getFirst().get(Counter.CLOSED_SLOW)).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatWasSlowBeforeIsGivenTheSameTimeAgain() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a");
            for (int round = 0; round < 3; round++) {
                client.stall();
                client.submit(new Command.Ping(null));
                hub.turnAll();
                hub.pass(10_000);
                assertThat(client.closed).isNull();
                client.readAll();
                client.shard.heard(client.session);
                hub.pass(30_000);
                client.shard.heard(client.session);
                hub.pass(30_000);
                client.shard.heard(client.session);
            }
            assertThat(client.closed).isNull();
        }
    }

    @Test
    void answersThatPileUpAreNoSignThatTheReaderReads() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a").stall();
            hub.publish("trade:a", "1");
            hub.turnAll();
            for (int s = 0; s < 60; s++) {
                assertThat(client.closed).isNull();
                client.submit(new Command.Ping(null));
                client.shard.heard(client.session);
                hub.pass(1_000);
            }
            assertThat(client.closed).isEqualTo(Disconnect.SLOW_CONSUMER);
        }
    }

    @Test
    void aShardThatCannotKeepUpGetsAGapOfExactlyWhatItMissed() {
        try (HandTurnedHub hub = new HandTurnedHub(2, HandTurnedHub.settings(), 1 << 20)) {
            hub.dispatcher.onUp();
            Client client = hub.connect(1).subscribe("trade:a");
            client.take();
            for (int i = 0; i < 3_000; i++) {
                hub.publish("trade:a", "1");
            }
            hub.loops.get(0).turn();
            hub.turnAll();
            hub.publish("trade:a", "1");
            hub.turnAll();
            assertEveryEntryIsAccountedFor(client.take(), 3_001);
            assertThat(hub.metrics.getFirst().get(Counter.MAILBOX_FULL)).isEqualTo(3_000 - 1_024);
        }
    }

    @Test
    void dropsWhatIsNotJsonButQuotesTextWhereTheKindTakesAnything() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("trade:a", "log:x");
            client.take();
            hub.publish("trade:a", "{not json");
            hub.publish("trade:a", "\"" + "x".repeat(5_000) + "\"");
            hub.publish("log:x", "disk \"full\"");
            hub.turnAll();
            assertThat(client.take())
                    .containsExactly("{\"channel\":\"log:x\",\"seq\":1,\"data\":\"disk \\\"full\\\"\"}");
            assertThat(hub.metrics.getFirst().get(Counter.PAYLOAD_REFUSED)).isEqualTo(1);
            assertThat(hub.metrics.getFirst().get(Counter.PAYLOAD_TOO_BIG)).isEqualTo(1);
        }
    }

    private static void assertEveryEntryIsAccountedFor(List<String> received, long last) {
        long next = 1;
        for (String line : received) {
            if (line.contains("\"op\":\"gap\"")) {
                assertThat(number(line, "from")).isEqualTo(next);
                next = number(line, "to") + 1;
            } else {
                assertThat(number(line, "seq")).isEqualTo(next++);
            }
        }
        assertThat(next).isEqualTo(last + 1);
    }

    private static long number(String json, String field) {
        return Long.parseLong(json.replaceAll(".*\"" + field + "\":(\\d+).*", "$1"));
    }

    private static String channel(String json) {
        return json.replaceAll(".*\"channel\":\"([^\"]+)\".*", "$1");
    }
}
