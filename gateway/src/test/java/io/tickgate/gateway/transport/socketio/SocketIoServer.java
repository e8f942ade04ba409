package io.tickgate.gateway.transport.socketio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.KindAccessPolicy;
import io.tickgate.gateway.broker.InMemoryBroker;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.http.EventLoops;
import io.tickgate.gateway.http.HttpSettings;
import io.tickgate.gateway.http.Listener;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Router;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.HubSettings;
import io.tickgate.gateway.hub.Rights;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.gateway.testing.UserNames;
import io.tickgate.gateway.wire.CompressionSettings;

/** Just enough of a gateway to serve Socket.IO on a free port of loopback, with the broker in the process. */
final class SocketIoServer implements AutoCloseable {
    private final EventLoops loops;
    private final Map<EventLoop, LoopMetrics> metrics = new HashMap<>();
    private final Hub hub;
    private final InMemoryBroker broker;
    private final Listener listener;

    SocketIoServer(String transport, int loopCount) throws IOException {
        HttpSettings http = new HttpSettings(0, "127.0.0.1", transport, loopCount, 16_384, 8_192, 10_000, 75_000,
                1_000, "", "", 10_000, 262_144, 65_536, 32_768, 50_000, 128, 100, List.of(), true);
        loops = new EventLoops(http);
        List<LoopMetrics> ordered = loops.all().stream().map(_ -> new LoopMetrics()).toList();
        for (int i = 0; i < loopCount; i++) {
            metrics.put(loops.all().get(i), ordered.get(i));
        }
        Authenticator users = new UserNames(Clock.SYSTEM, 2_000);
        broker = new InMemoryBroker(loops.all().getFirst());
        hub = new Hub(
                new HubSettings(1_000, 1_024, 256, 1_024, 1_000, 65_536, 64, 120_000, 5_000, 65_536, 1 << 26, 1 << 26,
                        60_000, 0),
                new CompressionSettings(6, 64, 100, 5_000),
                http.watermarks(), new Rights(users, new KindAccessPolicy(Kinds.presets(),
                        List.of("log:*"), true), true),
                broker, loops.all(), ordered, Clock.SYSTEM);
        SocketIoTransport socketIo = new SocketIoTransport(new SocketIoSettings(65_536, 1_000, List.of("/desk"), false,
                120_000, 1_000, 20_000, 45_000, 262_144), hub, new RequestTokens(users, null), loops.all(), "node",
                Clock.SYSTEM);
        hub.start();
        listener = Listener.bind(http, loops, Router.builder().routePrefix("/socket.io/", socketIo).build(),
                metrics::get);
    }

    String url() {
        return "http://127.0.0.1:" + listener.port();
    }

    /** Publishes and waits until it's numbered. */
    void publish(String channel, String json) {
        try {
            broker.publish(channel, json.getBytes(StandardCharsets.UTF_8)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new AssertionError(e);
        }
    }

    long count(Counter counter) {
        return metrics.values().stream().mapToLong(loop -> loop.get(counter)).sum();
    }

    long openSessions() {
        return count(Counter.SESSIONS_OPENED_SOCKETIO) - count(Counter.SESSIONS_CLOSED_SOCKETIO);
    }

    @Override
    public void close() {
        listener.close();
        hub.stop();
        // Ends of connections are told from loop to loop, and each must still be there to hear of it.
        for (int hops = 0; hops < 3; hops++) {
            loops.all().forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
        }
        loops.close();
    }
}
