package io.tickgate.gateway.transport.socketio;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.protocol.engineio.SeparatedPayload;
import io.tickgate.protocol.message.CommandParser;
import io.tickgate.protocol.socketio.SocketPacketDecoder;
import io.tickgate.protocol.socketio.SocketPacketLimits;

/**
 * The Engine.IO connections of one event loop, and what they share: codecs and deadlines. Owned by that loop; at most
 * {@link SocketIoSettings#socketIoMaxConnections()} connections.
 */
final class EngineLoop {
    /** How long a client may take to answer a heartbeat, and to fetch the last packets of a connection that has ended. */
    static final int PING_TIMEOUT_MS = 20_000;
    /** How long a connection may be without any namespace. */
    static final int CONNECT_TIMEOUT_MS = 45_000;
    /** How long a client may take to move to another transport. */
    static final int UPGRADE_TIMEOUT_MS = 10_000;

    private static final long TICK_MS = 100;
    private static final int MAX_PACKETS_PER_PAYLOAD = 4_096;
    private static final SocketPacketLimits PACKET_LIMITS = new SocketPacketLimits(10,
            SocketIoSettings.MAX_NAMESPACE_BYTES, 16, 64);

    private final int index;
    private final EventLoop loop;
    private final Shard shard;
    private final Hub hub;
    private final Clock clock;
    private final SocketIoSettings settings;
    private final Map<String, Namespace> namespaces;
    private final LeftSessions leftSessions;
    private final SeparatedPayload payloads;
    private final SocketPacketDecoder decoder = new SocketPacketDecoder(PACKET_LIMITS);
    private final CommandParser parser;
    private final DeadlineQueue<Deadline> pings;
    private final DeadlineQueue<Deadline> pongs = queue(PING_TIMEOUT_MS);
    private final DeadlineQueue<Deadline> connects = queue(CONNECT_TIMEOUT_MS);
    private final DeadlineQueue<Deadline> upgrades = queue(UPGRADE_TIMEOUT_MS);
    private final Map<String, EngineConnection> connections = new HashMap<>();
    private boolean ticking;

    /**
     * @param index the loop's number, which goes into the sids
     * @param leftSessions shared by all loops
     */
    EngineLoop(int index, EventLoop loop, Hub hub, SocketIoSettings settings, Map<String, Namespace> namespaces,
            LeftSessions leftSessions, Clock clock) {
        this.index = index;
        this.loop = loop;
        this.shard = hub.shard(loop);
        this.hub = hub;
        this.clock = clock;
        this.settings = settings;
        this.namespaces = namespaces;
        this.leftSessions = leftSessions;
        this.payloads = new SeparatedPayload(settings.socketIoMaxPayloadBytes(), MAX_PACKETS_PER_PAYLOAD);
        this.parser = new CommandParser(hub.settings().maxChannelsPerCommand());
        this.pings = queue(hub.settings().heartbeatMs());
    }

    private static DeadlineQueue<Deadline> queue(int timeoutMs) {
        return new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    }

    // ---- connections

    /**
     * Begins a connection that nothing carries yet.
     *
     * @param identity whom the handshake's token names, for namespaces that are connected to without a token
     * @param meta whether the handshake asked for the second argument
     * @return null if there are too many
     */
    EngineConnection open(Verdict identity, boolean meta) {
        assert loop.inEventLoop();
        if (connections.size() >= settings.socketIoMaxConnections()) {
            return null;
        }
        EngineConnection connection = new EngineConnection(SessionIds.next() + index, this, identity, meta);
        connections.put(connection.sid(), connection);
        if (!ticking) {
            ticking = true;
            tickLater();
        }
        return connection;
    }

    /** The connection of that sid, or null. */
    EngineConnection find(String sid) {
        assert loop.inEventLoop();
        return connections.get(sid);
    }

    void forget(EngineConnection connection) {
        connections.remove(connection.sid());
    }

    // ---- deadlines

    void awaitPing(Deadline deadline) {
        pings.start(deadline, clock.nanos());
    }

    void awaitPong(Deadline deadline) {
        pongs.start(deadline, clock.nanos());
    }

    void awaitConnect(Deadline deadline) {
        connects.start(deadline, clock.nanos());
    }

    void awaitUpgrade(Deadline deadline) {
        upgrades.start(deadline, clock.nanos());
    }

    void cancel(Deadline deadline) {
        pings.remove(deadline);
        pongs.remove(deadline);
        connects.remove(deadline);
        upgrades.remove(deadline);
    }

    private void tickLater() {
        loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = clock.nanos();
        expire(upgrades, now);
        expire(pongs, now);
        expire(connects, now);
        expire(pings, now);
        ticking = leftSessions.expire() || !connections.isEmpty();
        if (ticking) {
            tickLater();
        }
    }

    private static void expire(DeadlineQueue<Deadline> queue, long now) {
        for (Deadline due = queue.pollDue(now); due != null; due = queue.pollDue(now)) {
            due.onDue();
        }
    }

    // ---- what connections use

    EventLoop loop() {
        return loop;
    }

    /** Does it on this loop, later; any thread. @return false if the loop has ended */
    boolean tryExecute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    LeftSessions leftSessions() {
        return leftSessions;
    }

    long timeMs() {
        return clock.timeMs();
    }

    /** Whether a request has come on this loop; any thread. */
    boolean isAt(Exchange exchange) {
        return loop.equals(exchange.loop());
    }

    Shard shard() {
        return shard;
    }

    SocketIoSettings settings() {
        return settings;
    }

    int pingIntervalMs() {
        return hub.settings().heartbeatMs();
    }

    Authenticator authenticator() {
        return hub.rights().authenticator();
    }

    /** The namespace of that name, or null if it isn't served. */
    Namespace namespace(String name) {
        return namespaces.get(name);
    }

    SeparatedPayload payloads() {
        return payloads;
    }

    SocketPacketDecoder decoder() {
        return decoder;
    }

    CommandParser parser() {
        return parser;
    }
}
