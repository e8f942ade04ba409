package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.HandTurnedHub.Client;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.protocol.message.Disconnect;

final class SessionClockTest {

    @Test
    void beatsEachHeartInItsOwnRhythm() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client first = hub.connect(0);
            hub.pass(10_000);
            Client second = hub.connect(0);
            List.of(first, second).forEach(Client::take);
            hub.pass(15_000);
            assertThat(first.take()).containsExactly("heartbeat");
            assertThat(second.take()).isEmpty();
            hub.pass(10_000);
            assertThat(first.take()).isEmpty();
            assertThat(second.take()).containsExactly("heartbeat");
        }
    }

    @Test
    void aClientHeardOnceInTwoBeatsStays() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client client = hub.connect(0);
            for (int beat = 0; beat < 10; beat++) {
                hub.pass(12_500);
                client.shard.heard(client.session);
                hub.pass(12_500);
            }
            assertThat(client.closed).isNull();
            hub.pass(25_000);
            hub.pass(25_000);
            assertThat(client.closed).isEqualTo(Disconnect.HEARTBEAT);
            assertThat(hub.metrics.getFirst().get(Counter.CLOSED_HEARTBEAT)).isEqualTo(1);
        }
    }

    @Test
    void endsEachSessionWhenItsOwnTokenDoesTheSoonestFirst() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            long now = hub.clock.timeMs();
            Client late = hub.connect(0, new Principal("a", List.of(), now + 3_000));
            Client soon = hub.connect(0, new Principal("b", List.of(), now + 1_000));
            Client same = hub.connect(0, new Principal("c", List.of(), now + 1_000));
            Client never = hub.connect(0, new Principal("d", List.of(), 0));
            hub.pass(999);
            assertThat(soon.closed).isNull();
            hub.pass(1);
            assertThat(soon.closed).isEqualTo(Disconnect.TOKEN_EXPIRED);
            assertThat(same.closed).isEqualTo(Disconnect.TOKEN_EXPIRED);
            assertThat(late.closed).isNull();
            hub.pass(2_000);
            assertThat(late.closed).isEqualTo(Disconnect.TOKEN_EXPIRED);
            assertThat(never.closed).isNull();
            assertThat(hub.metrics.getFirst().get(Counter.CLOSED_EXPIRED)).isEqualTo(3);
            assertThat(hub.metrics.getFirst().get(Gauge.ROOMS)).isEqualTo(2);
        }
    }

    @Test
    void aSessionThatLeftIsNeitherBeatenNorExpired() {
        try (HandTurnedHub hub = HandTurnedHub.up(1)) {
            Client gone = hub.connect(0, new Principal("a", List.of(), hub.clock.timeMs() + 1_000));
            gone.shard.left(gone.session);
            gone.take();
            hub.pass(25_000);
            assertThat(gone.take()).isEmpty();
            assertThat(gone.closed).isNull();
            assertThat(gone.session.isWaiting()).isFalse();
        }
    }
}
