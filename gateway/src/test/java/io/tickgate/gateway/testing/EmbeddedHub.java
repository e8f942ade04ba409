package io.tickgate.gateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.KindAccessPolicy;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.InMemoryBroker;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.HubSettings;
import io.tickgate.gateway.hub.Rights;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.CompressionSettings;

/** A whole hub on one loop that a test turns by hand, with the embedded broker or the test's own. */
public final class EmbeddedHub implements AutoCloseable {
    public static final int HIGH_WATERMARK_BYTES = 16 * 1024;

    /** Nobody on this hub comes with a brief token. */
    public static final Authenticator USERS = new UserNames(Clock.SYSTEM, 0);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopMetrics metrics = new LoopMetrics();
    private final KindAccessPolicy policy = new KindAccessPolicy(Kinds.presets(), List.of("log:*"), true);
    private final Broker broker;
    private final Hub hub;
    private final HandTurnedClock clock = new HandTurnedClock();

    public EmbeddedHub() {
        this(null);
    }

    /** @param own the broker, or null for the embedded one */
    public EmbeddedHub(Broker own) {
        channel.freezeTime();
        broker = own == null ? new InMemoryBroker(loop()) : own;
        hub = new Hub(
                new HubSettings(25_000, 16, 8, 64, 100, 64 << 10, 16, 120_000, 5_000, 1_024, 1 << 20, 1 << 26, 60_000,
                        0),
                new CompressionSettings(6, 64, 100, 5_000),
                new Watermarks(HIGH_WATERMARK_BYTES, HIGH_WATERMARK_BYTES / 4), new Rights(USERS, policy, true), broker,
                List.of(loop()), List.of(metrics), clock);
        hub.start();
        turn();
    }

    public EventLoop loop() {
        return channel.eventLoop();
    }

    public Hub hub() {
        return hub;
    }

    public Clock clock() {
        return clock;
    }

    public Broker broker() {
        return broker;
    }

    public KindAccessPolicy policy() {
        return policy;
    }

    public long count(Counter counter) {
        return metrics.get(counter);
    }

    public long value(Gauge gauge) {
        return metrics.get(gauge);
    }

    /** Sessions that are there. */
    public long sessions() {
        return Arrays.stream(TransportKind.values())
                .mapToLong(transport -> metrics.get(transport.opened()) - metrics.get(transport.closed())).sum();
    }

    /** Runs the loop's tasks until none is left. */
    public void turn() {
        for (int round = 0; round < 20; round++) {
            channel.runPendingTasks();
        }
    }

    /** Moves the clock and has every timer fire. */
    public void pass(long byMs) {
        clock.advance(byMs);
        channel.advanceTimeBy(byMs, TimeUnit.MILLISECONDS);
        turn();
    }

    public void publish(String name, String json) {
        var published = broker.publish(name, json.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
        turn();
        published.join();
    }

    @Override
    public void close() {
        hub.stop();
        turn();
    }
}
