package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.KindAccessPolicy;
import io.tickgate.gateway.broker.InMemoryBroker;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.hub.DrainSettings;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.HubSettings;
import io.tickgate.gateway.hub.Rights;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.testing.HandTurnedClock;
import io.tickgate.gateway.testing.UserNames;
import io.tickgate.gateway.wire.CompressionSettings;

/** The transport on a whole hub, whose loops and clock are turned by hand; requests are made and answered in memory. */
final class HandTurnedTransport implements AutoCloseable {
    static final int HIGH_WATERMARK_BYTES = 16 * 1024;
    static final int MAX_PAYLOAD_BYTES = 4_096;
    static final int RECOVERY_MS = 60_000;
    static final int MAX_LEFT_SESSIONS = 3;
    static final int PING_TIMEOUT_MS = 20_000;
    static final int MAX_ATTACHMENT_BYTES = 6_000;

    /** What is served. */
    enum Served {
        MARKET_DATA, EVENT_ECHO, MESSAGE_ECHO
    }

    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final List<LoopMetrics> metrics = new ArrayList<>();
    private final HandTurnedClock clock = new HandTurnedClock();
    private final Hub hub;
    private final InMemoryBroker broker;
    private final SocketIoTransport transport;

    HandTurnedTransport(int loopCount) {
        this(loopCount, false);
    }

    /** @param recovery whether every session can be recovered */
    HandTurnedTransport(int loopCount, boolean recovery) {
        this(loopCount, recovery, Served.MARKET_DATA);
    }

    HandTurnedTransport(int loopCount, boolean recovery, Served served) {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < loopCount; i++) {
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.freezeTime();
            channels.add(channel);
            loops.add(channel.eventLoop());
            metrics.add(new LoopMetrics());
        }
        Authenticator users = new UserNames(clock, 1_000);
        Rights rights = new Rights(users, new KindAccessPolicy(Kinds.presets(), List.of("log:*"), true), true);
        broker = new InMemoryBroker(loops.getFirst());
        hub = new Hub(
                new HubSettings(25_000, 16, 8, 64, 100, 64 << 10, 16, 120_000, 5_000, 1_024, 1 << 20, 1 << 26, 60_000,
                        0),
                new CompressionSettings(6, 64, 100, 5_000),
                new Watermarks(HIGH_WATERMARK_BYTES, HIGH_WATERMARK_BYTES / 4), rights, broker, loops, metrics, clock);
        SocketIoSettings settings = new SocketIoSettings(MAX_PAYLOAD_BYTES, 100, List.of("/desk"), recovery,
                RECOVERY_MS, MAX_LEFT_SESSIONS, PING_TIMEOUT_MS, 45_000, MAX_ATTACHMENT_BYTES);
        EngineLimits limits = EngineLimits.of(settings, 25_000);
        transport = switch (served) {
            case MARKET_DATA -> new SocketIoTransport(settings, hub, new RequestTokens(users, "session"), loops, "node",
                    clock);
            case EVENT_ECHO -> SocketIoTransport.echoingEvents(limits, hub, loops, clock);
            case MESSAGE_ECHO -> SocketIoTransport.echoingMessages(limits, hub, loops, clock);
        };
        hub.start();
        turn();
    }

    /** Runs every loop's tasks until none is left. */
    void turn() {
        for (int round = 0; round < 20; round++) {
            channels.forEach(EmbeddedChannel::runPendingTasks);
        }
    }

    /** Moves the clock and has every timer fire. */
    void pass(long ms) {
        clock.advance(ms);
        channels.forEach(channel -> channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS));
        turn();
    }

    /** Begins a planned stop of ten seconds. */
    void drain() {
        hub.drain(new DrainSettings(10_000, 5_000));
        turn();
    }

    void publish(String channel, String json) {
        broker.publish(channel, json.getBytes(StandardCharsets.UTF_8));
        turn();
    }

    long count(Counter counter) {
        return metrics.stream().mapToLong(loop -> loop.get(counter)).sum();
    }

    @Override
    public void close() {
        hub.stop();
        turn();
    }

    // ---- requests

    /** A request on a loop, not yet made. */
    HandExchange request(int loop, String method, String query) {
        return new HandExchange(this, channels.get(loop).eventLoop(), method, query);
    }

    /** A GET that is made at once. */
    HandExchange get(int loop, String query) {
        return request(loop, "GET", query).make();
    }

    void handle(HandExchange exchange) {
        transport.handle(exchange);
        turn();
    }

    HandExchange post(int loop, String sid, String body) {
        HandExchange exchange = request(loop, "POST", "EIO=4&transport=polling&sid=" + sid);
        exchange.body(body);
        return exchange.make();
    }

    HandExchange poll(int loop, String sid) {
        return get(loop, "EIO=4&transport=polling&sid=" + sid);
    }

    HandWebSocket webSocket(int loop, String query) {
        return webSocket(loop, 4, query);
    }

    HandWebSocket webSocket(int loop, int version, String query) {
        HandExchange exchange = request(loop, "GET", "EIO=" + version + "&transport=websocket" + query);
        exchange.upgradeable = true;
        exchange.make();
        return exchange.webSocket;
    }

    /** Opens a connection by polling. @return its sid */
    String open(int loop, String query) {
        return sidIn(get(loop, "EIO=4&transport=polling" + query).answer());
    }

    static String sidIn(String hello) {
        return hello.substring(hello.indexOf("\"sid\":\"") + 7, hello.indexOf("\",\"upgrades\""));
    }

    // ---- clients that are connected to the default namespace

    /** A polling client on loop 0 whose requests land on another one. @return its sid */
    String connected(String query) {
        String sid = open(0, query);
        send(sid, "40");
        assertThat(packets(sid)).startsWith("40{\"sid\":\"").contains("|42[\"connected\",{\"session\":\"");
        return sid;
    }

    HandWebSocket connectedWebSocket(String query) {
        HandWebSocket webSocket = webSocket(0, query);
        webSocket.send("40");
        assertThat(webSocket.take()).hasSize(3);
        return webSocket;
    }

    /** Sends a payload that is taken. */
    void send(String sid, String payload) {
        assertThat(post(1, sid, payload).answer()).isEqualTo("ok");
    }

    /** What waits for a polling client, packets separated by {@code |}. */
    String packets(String sid) {
        return poll(2, sid).answer();
    }
}
