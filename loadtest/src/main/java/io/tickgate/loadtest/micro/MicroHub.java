package io.tickgate.loadtest.micro;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.KindAccessPolicy;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.broker.BrokerUnavailable;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.HubSettings;
import io.tickgate.gateway.hub.Rights;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.CompressionSettings;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.ParsedCommand;

/**
 * A whole hub with the preset settings on one loop that is turned by hand: all that happens between the broker's message and the
 * connection's bytes, without sockets and other threads. Used by one thread.
 */
final class MicroHub implements AutoCloseable {
    /** Nobody has a token. */
    private static final Authenticator NOBODY = new Authenticator() {
        @Override
        public Verdict verify(String token) {
            return new Verdict.Rejected(ErrorCode.UNAUTHORIZED, "no key");
        }

        @Override
        public boolean isConfigured() {
            return false;
        }
    };

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopMetrics metrics = new LoopMetrics();
    private final HandClock clock = new HandClock();
    private final HandBroker broker = new HandBroker(channel.eventLoop());
    private final Hub hub;

    MicroHub() {
        channel.freezeTime();
        KindAccessPolicy policy = new KindAccessPolicy(Kinds.presets(), List.of(), false);
        hub = new Hub(
                new HubSettings(25_000, 1_024, 256, 1_024, 1_000_000, 64 << 10, 64, 120_000, 5_000, 64 << 10, 64 << 20,
                        256 << 20, 60_000, 0),
                new CompressionSettings(6, 64, 100, 5_000), new Watermarks(256 << 10, 64 << 10),
                new Rights(NOBODY, policy, true), broker, List.of(channel.eventLoop()), List.of(metrics), clock);
        hub.start();
        turn();
    }

    Shard shard() {
        return hub.shard(channel.eventLoop());
    }

    /** Begins a session that is in no need of heartbeats, and subscribes it. */
    Session open(String id, Outlet outlet, List<String> channels, int intervalMs) {
        Session session = shard().open(id, TransportKind.WEBSOCKET, outlet, false, Principal.ANONYMOUS);
        shard().submit(session,
                new ParsedCommand.Accepted(new Command.Subscribe(null, channels, intervalMs, Map.of())));
        return session;
    }

    /** One message of the broker; delivered with the next turn. */
    void publish(String name, byte[] payload) {
        broker.sink.onMessage(name, payload);
    }

    /** Runs the loop's tasks until none is left. */
    void turn() {
        channel.runPendingTasks();
    }

    /** Moves the time and has every timer fire that is due. */
    void pass(long byMs) {
        clock.advance(byMs);
        channel.advanceTimeBy(byMs, TimeUnit.MILLISECONDS);
        turn();
    }

    long count(Counter counter) {
        return metrics.get(counter);
    }

    @Override
    public void close() {
        hub.stop();
        turn();
    }

    /** Confirms every channel, and has messages where they are made. */
    private static final class HandBroker implements Broker {
        private final EventLoop loop;
        private BrokerSink sink;

        HandBroker(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void start(BrokerSink receiver) {
            sink = receiver;
            loop.execute(receiver::onUp);
        }

        @Override
        public void subscribe(Collection<String> channels) {
            loop.execute(() -> channels.forEach(sink::onSubscribed));
        }

        @Override
        public void unsubscribe(Collection<String> channels) {
            // Nothing comes that nobody asked for.
        }

        @Override
        public CompletionStage<Long> publish(String name, byte[] payload) {
            return CompletableFuture.failedStage(BrokerUnavailable.INSTANCE);
        }

        @Override
        public State state() {
            return State.UP;
        }

        @Override
        public String name() {
            return "hand";
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
