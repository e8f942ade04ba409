package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.gateway.wire.CompressionSettings;
import io.tickgate.protocol.message.ErrorCode;

/** The hub on real loops: its timers and how many loops it takes. */
@ExpectedLog({"^a timer failed", "^dropped a publication on price:"})
final class HubTimersTest {
    private final EventLoop loop = new DefaultEventLoop();

    @AfterEach
    void stopLoop() {
        loop.shutdownGracefully().syncUninterruptibly();
    }

    @Test
    void aTimerThatFailsGoesOn() {
        GrudgingBroker broker = new GrudgingBroker();
        Hub hub = hub(List.of(loop), broker);
        hub.start();
        // A channel that nobody wants and nothing is known of, given up at the next tick.
        loop.execute(() -> broker.sink.onMessage("price:A", "not json".getBytes(StandardCharsets.UTF_8)));
        await().until(() -> broker.givenUp.contains("price:A"));
        loop.execute(() -> broker.sink.onMessage("price:B", "not json".getBytes(StandardCharsets.UTF_8)));
        await().until(() -> broker.givenUp.contains("price:B"));
        hub.stop();
    }

    @Test
    void refusesMoreLoopsThanItHasBitsFor() {
        List<EventLoop> loops = Collections.nCopies(65, loop);
        assertThatThrownBy(() -> hub(loops, new GrudgingBroker())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("event loops");
    }

    private static Hub hub(List<EventLoop> loops, Broker broker) {
        List<LoopMetrics> metrics = new ArrayList<>();
        loops.forEach(each -> metrics.add(new LoopMetrics()));
        HubSettings settings = HandTurnedHub.settings(0, 1 << 20, 0);
        Rights rights = new Rights(null, new WithoutHistory(), true);
        return new Hub(settings, new CompressionSettings(6, 64, 100, 5_000), new Watermarks(262_144, 65_536), rights,
                broker, loops, metrics, Clock.SYSTEM);
    }

    /** Keeps nothing of any channel, so that one that nobody wants is given up at once. */
    private static final class WithoutHistory implements AccessPolicy {
        @Override
        public Kind kindOf(String channel) {
            return new Kind("price", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "price_update",
                    0, 0, Kind.Overrun.GAP, null, null);
        }

        @Override
        public ErrorCode refusal(Principal principal, Kind kind, String channel) {
            return null;
        }
    }

    /** Fails whenever a channel is given up. */
    private static final class GrudgingBroker implements Broker {
        final Set<String> givenUp = new ConcurrentSkipListSet<>();
        private BrokerSink sink;

        @Override
        public void start(BrokerSink receiver) {
            sink = receiver;
            sink.onUp();
        }

        @Override
        public void subscribe(Collection<String> channels) {}

        @Override
        public void unsubscribe(Collection<String> channels) {
            givenUp.addAll(channels);
            throw new IllegalStateException("will not");
        }

        @Override
        public CompletionStage<Long> publish(String channel, byte[] payload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public State state() {
            return State.UP;
        }

        @Override
        public String name() {
            return "grudging";
        }

        @Override
        public void close() {}
    }
}
