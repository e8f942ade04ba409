package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.protocol.message.Command;

/** Up to which number a session that is behind has everything, by which it may come back. */
final class ReachedTest {
    private final HandTurnedHub hub = new HandTurnedHub(1, HandTurnedHub.settings(120_000, 1 << 20, 0), 262_144);

    @AfterEach
    void close() {
        hub.close();
    }

    /** A client that gets the channel's updates only once a second. */
    private Client subscriber(String channel) {
        hub.dispatcher.onUp();
        hub.turnAll();
        Client client = hub.connect(0);
        client.submit(new Command.Subscribe(null, List.of(channel), 1_000, Map.of()));
        hub.turnAll();
        return client;
    }

    private void publish(String channel, int times, String json) {
        for (int i = 0; i < times; i++) {
            hub.publish(channel, json);
            hub.turnAll();
        }
    }

    /** So much on another channel that this one's history goes. */
    private void evict(String other) {
        hub.connect(0).subscribe(other);
        publish(other, 300, "\"" + "x".repeat(4_000) + "\"");
    }

    @Test
    void isTheNumberBeforeTheFirstEntryThatItLacks() {
        Client client = subscriber("trade:x");
        publish("trade:x", 3, "1");
        assertThat(client.shard.standing().reached(client.session)).isZero();
        hub.pass(1_000);
        assertThat(client.shard.standing().reached(client.session)).isEqualTo(3);
        publish("trade:x", 3, "1");
        assertThat(client.shard.standing().reached(client.session)).isEqualTo(3);
    }

    @Test
    void isTheNumberBeforeALastValueThatItLacksThoughTheHistoryLostIt() {
        Client client = subscriber("price:x");
        publish("price:x", 5, "1");
        evict("trade:y");
        assertThat(client.shard.standing().reached(client.session)).isEqualTo(4);
    }

    @Test
    void isANumberThatTheHistoryNoLongerReachesWhileAnEntryIsGoneAndItWasNotToldSo() {
        Client client = subscriber("trade:x");
        publish("trade:x", 3, "1");
        hub.pass(1_000);
        publish("trade:x", 3, "1");
        evict("trade:y");
        assertThat(client.shard.standing().reached(client.session)).as("the last that is gone has number 6")
                .isEqualTo(5);
        hub.pass(1_000);
        assertThat(client.take()).last().asString().contains("\"op\":\"gap\"");
        assertThat(client.shard.standing().reached(client.session)).isEqualTo(306);
    }
}
