package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.protocol.message.Command;

/** Last values that are more than a connection takes at once: each comes before what is newer, and only when there is room. */
class SnapshotsTest {
    private static final int HIGH_WATERMARK_BYTES = 4_096;
    private static final int LOW_WATERMARK_BYTES = HIGH_WATERMARK_BYTES / 4;
    private static final int VALUE_BYTES = 1_000;
    private static final int LINE_BYTES = VALUE_BYTES + 100;
    private static final int CHANNELS = 16;

    private final HandTurnedHub hub = new HandTurnedHub(1, HandTurnedHub.settings(), HIGH_WATERMARK_BYTES);
    private final List<String> channels = IntStream.range(0, CHANNELS).mapToObj(i -> "price:" + i).toList();

    SnapshotsTest() {
        hub.dispatcher.onUp();
        Client first = hub.connect(0);
        subscribe(first);
        channels.forEach(this::publish);
        hub.turnAll();
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void subscribe(Client client) {
        for (int i = 0; i < CHANNELS; i += 4) {
            client.submit(new Command.Subscribe(null, channels.subList(i, i + 4), 0, Map.of()));
            hub.turnAll();
        }
    }

    private void publish(String channel) {
        hub.publish(channel, "\"" + "x".repeat(VALUE_BYTES) + "\"");
    }

    private static List<String> on(String channel, List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("{\"channel\":\"" + channel + "\"")).toList();
    }

    @Test
    void areAllThereAtOnceForWhoReads() {
        Client client = hub.connect(0);
        subscribe(client);
        assertThat(client.takeSeqs()).hasSize(CHANNELS);
        assertThat(client.session.isInStep()).isTrue();
    }

    @Test
    void waitForRoomAndComeBeforeWhatIsNewer() {
        Client slow = hub.connect(0).stall();
        subscribe(slow);
        channels.forEach(this::publish);
        channels.forEach(this::publish);
        hub.turnAll();
        assertThat(slow.session.isAwaitingSnapshots()).isTrue();
        assertThat(slow.mostPending).isLessThan(LOW_WATERMARK_BYTES + LINE_BYTES + CHANNELS * 150L);
        List<String> received = new ArrayList<>();
        while (slow.pendingBytes() > 0) {
            slow.read(slow.pendingBytes());
            hub.turnAll();
            received.addAll(slow.take());
            assertThat(slow.pendingBytes()).isLessThanOrEqualTo(HIGH_WATERMARK_BYTES + LINE_BYTES);
        }
        for (String channel : channels) {
            assertThat(on(channel, received)).as(channel).hasSize(2);
            assertThat(on(channel, received).getFirst()).contains("\"seq\":1,", "\"snapshot\":true");
            assertThat(on(channel, received).getLast()).contains("\"seq\":3,").doesNotContain("snapshot");
            hub.assertAccount(channel);
            assertThat(hub.account(channel).pending()).isZero();
        }
        assertThat(slow.session.isAwaitingSnapshots()).isFalse();
        slow.readAll();
        publish("price:7");
        hub.turnAll();
        assertThat(slow.session.isInStep()).isTrue();
        assertThat(slow.takeSeqs()).containsExactly(4L);
    }

    @Test
    void ofAnIntervalComeBeforeItsFirstUpdateToo() {
        Client slow = hub.connect(0).stall();
        slow.submit(new Command.Subscribe(null, channels.subList(0, 8), 1_000, Map.of()));
        hub.turnAll();
        channels.forEach(this::publish);
        hub.turnAll();
        slow.read(LINE_BYTES);
        hub.pass(1_000);
        slow.readAll();
        hub.turnAll();
        hub.pass(1_000);
        List<String> received = slow.take();
        for (String channel : channels.subList(0, 8)) {
            assertThat(on(channel, received)).as(channel).hasSize(2);
            assertThat(on(channel, received).getFirst()).contains("\"snapshot\":true");
        }
    }

    @Test
    void ofAChannelThatTheClientHasLeftAreNotSent() {
        Client slow = hub.connect(0).stall();
        subscribe(slow);
        slow.submit(new Command.Unsubscribe(null, List.of(channels.getLast())));
        hub.turnAll();
        List<String> received = new ArrayList<>();
        slow.readAll();
        hub.turnAll();
        received.addAll(slow.take());
        assertThat(on(channels.getLast(), received)).isEmpty();
        assertThat(on(channels.getFirst(), received)).hasSize(1);
    }

    @Test
    void keepTheNumberBackThatTheClientGoesOnAfter() {
        Client slow = hub.connectStream(0, Command.Subscribe.NO_NUMBER).stall();
        subscribe(slow);
        // The first leaves as many bytes pending as may be.
        assertThat(slow.shard.standing().reached(slow.session)).isBetween(1L, 2L);
        slow.readAll();
        hub.turnAll();
        assertThat(slow.shard.standing().reached(slow.session)).isEqualTo(CHANNELS);
    }
}
