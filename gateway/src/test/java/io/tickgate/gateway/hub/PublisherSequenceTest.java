package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Command;

/** Channels of kind {@code fill} are numbered by their publisher's own {@code n}. */
final class PublisherSequenceTest {

    @Test
    void updatesBearThePublishersNumberAndWhatIsMissingIsAGapOfExactlyThat() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            publish(hub, 7);
            Client client = hub.connect(1).subscribe("fill:a");
            assertThat(client.take()).last().asString().contains("\"position\":\"p-7\"");
            publish(hub, 8);
            publish(hub, 12);
            publish(hub, 13);
            assertThat(client.take()).satisfiesExactly(update -> assertThat(update).contains("\"seq\":8,"),
                    gap -> assertThat(gap).isEqualTo(gap(9, 11)), update -> assertThat(update).contains("\"seq\":12,"),
                    update -> assertThat(update).contains("\"seq\":13,"));
            assertThat(hub.account("fill:a").gapped()).isEqualTo(3);
        }
    }

    @Test
    void duplicatesAreDroppedAndCounted() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("fill:a");
            publish(hub, 1);
            publish(hub, 2);
            client.take();
            publish(hub, 2);
            publish(hub, 1);
            assertThat(client.take()).isEmpty();
            assertThat(hub.metrics.getFirst().get(Counter.PUBLICATIONS_REPEATED)).isEqualTo(2);
        }
    }

    @Test
    void aLatecomerWhoseAbsenceWasAnnouncedIsDropped() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("fill:a");
            publish(hub, 1);
            publish(hub, 3);
            client.take();
            publish(hub, 2);
            publish(hub, 4);
            assertThat(client.take()).singleElement().asString().contains("\"seq\":4,");
        }
    }

    @Test
    void anOutageThatLostNothingIsNoGap() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("fill:a");
            publish(hub, 1);
            hub.dispatcher.onDown();
            hub.dispatcher.onUp();
            hub.turnAll();
            client.take();
            publish(hub, 2);
            assertThat(client.take()).singleElement().asString().contains("\"seq\":2,");
        }
    }

    @Test
    void aPublisherThatCountsAnewBeginsAnotherLifeOfTheChannel() {
        try (HandTurnedHub hub = HandTurnedHub.up(2)) {
            Client client = hub.connect(1).subscribe("fill:a");
            publish(hub, 1);
            publish(hub, 2);
            client.take();
            hub.publish("fill:a", "{\"n\":1,\"anew\":true}");
            hub.turnAll();
            List<String> told = client.take();
            assertThat(told).satisfiesExactly(
                    gap -> assertThat(gap).isEqualTo("{\"op\":\"gap\",\"channel\":\"fill:a\",\"reason\":\"epoch\"}"),
                    joined -> assertThat(joined).contains("\"op\":\"subscribed\"", "\"seq\":0")
                            .doesNotContain("\"p-0\""),
                    update -> assertThat(update).contains("\"seq\":1,", "anew"));
            Client back = hub.connect(0);
            back.submit(new Command.Subscribe(null, List.of("fill:a"), 0, Map.of("fill:a", "p-2")));
            hub.turnAll();
            assertThat(back.take()).last().asString().contains("\"reason\":\"epoch\"");
        }
    }

    @Test
    void aPublisherWhoseFirstMessagesWereLostIsFoundToCountAnewToo() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0).subscribe("fill:a");
            for (int n = 1; n <= 50; n++) {
                publish(hub, n);
            }
            client.take();
            for (int n = 4; n <= 7; n++) {
                hub.publish("fill:a", "{\"n\":" + n + ",\"anew\":true}");
            }
            hub.turnAll();
            assertThat(client.take()).filteredOn(line -> line.contains("anew")).hasSize(2).first().asString()
                    .contains("\"seq\":6,");
        }
    }

    private static void publish(HandTurnedHub hub, int n) {
        hub.publish("fill:a", "{\"n\":" + n + "}");
        hub.turnAll();
    }

    private static String gap(int from, int to) {
        return "{\"op\":\"gap\",\"channel\":\"fill:a\",\"from\":" + from + ",\"to\":" + to
                + ",\"reason\":\"upstream\"}";
    }
}
