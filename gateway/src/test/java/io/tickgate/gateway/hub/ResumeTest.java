package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.Disconnect;

/** Clients that come back and name what they got last. */
final class ResumeTest {

    private static String position(Client client) {
        return client.take().getLast().replaceAll(".*\"position\":\"([^\"]+)-\\d+\".*", "$1");
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static Client resume(HandTurnedHub hub, int loop, String channel, String position) {
        return hub.connect(loop).subscribe(0, Map.of(channel, position), channel);
    }

    @Test
    void goesOnWhereItWasAcrossAnOutageAndNobodyThere() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client first = hub.connect(0).subscribe("trade:a");
            String epoch = position(first);
            hub.publishNumbers("trade:a", 1, 3);
            hub.turnAll();
            first.vanish();
            hub.publishNumbers("trade:a", 4, 6);
            hub.dispatcher.onDown();
            hub.dispatcher.onUp();
            hub.publishNumbers("trade:a", 8, 9);
            hub.turnAll();
            Client back = resume(hub, 1, "trade:a", epoch + "-3");
            assertThat(back.received.get(1)).contains("\"recovered\":true").contains("\"seq\":3");
            assertThat(back.received).filteredOn(line -> line.contains("gap"))
                    .containsExactly(
                            "{\"op\":\"gap\",\"channel\":\"trade:a\",\"from\":7,\"to\":7,\"reason\":\"upstream\"}");
            hub.publish("trade:a", "10");
            hub.turnAll();
            assertThat(back.takeSeqs()).containsExactly(4L, 5L, 6L, 8L, 9L, 10L);
            assertThat(back.session.isInStep()).isTrue();
            hub.assertAccount("trade:a");
        }
    }

    @Test
    void fromTooFarBackTheRestComesBehindAGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            String epoch = position(hub.connect(0).subscribe("tick:a"));
            hub.publishNumbers("tick:a", 1, 50);
            Client back = resume(hub, 0, "tick:a", epoch + "-5");
            assertThat(back.received.get(1)).contains("\"recovered\":false");
            assertThat(back.received.get(2)).isEqualTo(
                    "{\"op\":\"gap\",\"channel\":\"tick:a\",\"from\":6,\"to\":34,\"reason\":\"history\"}");
            assertThat(back.takeSeqs()).isEqualTo(seqs(35, 50));
            hub.assertAccount("tick:a");
        }
    }

    @Test
    void aChannelOfAnotherLifeBeginsWithItsLastValue() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            hub.publishNumbers("price:A", 1, 5);
            Client back = resume(hub, 0, "price:A", "old-3");
            assertThat(back.received.get(1)).contains("\"recovered\":false").contains("\"snapshot\":true");
            assertThat(back.received).anyMatch(line -> line.contains("\"reason\":\"epoch\""));
            assertThat(back.takeSeqs()).containsExactly(5L);
        }
    }

    /** A client that comes from a loop that is further than this one. */
    @Test
    void fromAheadOfALoopThatCannotKeepUpNothingIsLostOrDoubled() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client first = hub.connect(0).subscribe("trade:a");
            String epoch = position(first);
            Client stays = hub.connect(1).subscribe("trade:a");
            stays.take();
            for (int n = 1; n <= 1_500; n++) {
                hub.publish("trade:a", Integer.toString(n));
                if (n % 300 == 0) {
                    hub.loops.get(0).turn();
                }
            }
            assertThat(first.takeSeqs()).isEqualTo(seqs(1, 1_500));
            first.vanish();
            hub.loops.get(0).turn();
            // The other loop's mailbox takes 1,024, and nothing of it has been read.
            Client back = resume(hub, 1, "trade:a", epoch + "-1500");
            assertThat(back.received.get(1)).contains("\"recovered\":true").contains("\"seq\":1500");
            hub.publish("trade:a", "1501");
            hub.turnAll();
            assertThat(back.takeSeqs()).containsExactly(1_501L);
            assertThat(stays.take()).hasSize(1_501);
            hub.assertAccount("trade:a");
        }
    }

    @Test
    @Timeout(30)
    void whileALoopHasMoreThanATurnTakesItIsAnsweredToo() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            String epoch = "";
            for (int channel = 0; channel < 6; channel++) {
                for (int i = 0; i < 60; i++) {
                    epoch = position(hub.connect(0).subscribe("trade:" + channel));
                }
            }
            Client back = hub.connect(0);
            for (int n = 1; n <= 150; n++) {
                for (int channel = 0; channel < 6; channel++) {
                    hub.publish("trade:" + channel, "1");
                }
            }
            back.subscribe(0, Map.of("trade:5", epoch + "-100"), "trade:5");
            assertThat(back.takeSeqs()).isEqualTo(seqs(101, 150));
            hub.assertAccount("trade:5");
        }
    }

    @Test
    void aSessionThatEndsWhileItsLoopCatchesUpLeavesNothingBehind() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            client.onSend = () -> {
                client.onSend = () -> {};
                client.shard.disconnect(client.session, Disconnect.INTERNAL);
            };
            Client other = hub.connect(0).subscribe("trade:a");
            other.take();
            // The status that waits in the mailbox is sent, and ends the session, before its resume is answered.
            hub.dispatcher.onDown();
            client.submit(new Command.Subscribe(null, List.of("trade:a"), 0, Map.of("trade:a", "x-1")));
            hub.turnAll();
            other.vanish();
            hub.turnAll();
            assertThat(hub.shards.getFirst().rooms().all()).isEmpty();
        }
    }

    @Test
    void byNumberAStreamGetsWhatItLacksOnAllItsChannelsAndThenItsNumber() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client first = hub.connectStream(0, Command.Subscribe.NO_NUMBER).subscribe("trade:a", "trade:b");
            first.take();
            hub.publish("trade:a", "1");
            hub.publish("trade:b", "1");
            hub.turnAll();
            assertThat(first.take()).last().asString().startsWith("id:2 ");
            first.vanish();
            hub.publish("trade:b", "2");
            hub.publish("trade:a", "2");
            Client back = hub.connectStream(1, 2).subscribeAfter(2, "trade:a", "trade:b");
            assertThat(back.take()).filteredOn(line -> !line.contains("\"op\"")).satisfiesExactlyInAnyOrder(
                    line -> assertThat(line).startsWith("{\"channel\":\"trade:a\",\"seq\":2"),
                    line -> assertThat(line).startsWith("{\"channel\":\"trade:b\",\"seq\":2"),
                    line -> assertThat(line).isEqualTo("id:4"));
        }
    }
}
