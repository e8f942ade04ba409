package io.tickgate.gateway.transport.socketio;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.session.SessionIds;

/**
 * The Engine.IO connections of one event loop, and what they share: protocols and deadlines. Owned by that loop; at most
 * {@link EngineLimits#maxConnections()} connections.
 */
final class EngineLoop {
    /** How long a client may take to move to another transport. */
    static final int UPGRADE_TIMEOUT_MS = 10_000;

    private static final int MAX_TICK_MS = 100;
    /** By what part of the shortest timeout one may be found late. */
    private static final int TICKS_PER_TIMEOUT = 50;

    private final int index;
    private final EventLoop loop;
    private final Shard shard;
    private final Clock clock;
    private final EngineLimits limits;
    private final Map<String, Generation> generations;
    private final EngineApplication application;
    private final int tickMs;
    private final DeadlineQueue<Deadline> pings;
    private final DeadlineQueue<Deadline> pongs;
    private final DeadlineQueue<Deadline> silences;
    private final DeadlineQueue<Deadline> fetches;
    private final DeadlineQueue<Deadline> connects;
    private final DeadlineQueue<Deadline> upgrades = queue(UPGRADE_TIMEOUT_MS);
    private final Map<String, EngineConnection> connections = new HashMap<>();
    private boolean ticking;

    /**
     * @param index the loop's number, which goes into the sids
     * @param application what is served to the connections of this loop
     */
    EngineLoop(int index, EventLoop loop, Shard shard, EngineLimits limits, Clock clock,
            Function<EngineLoop, EngineApplication> application) {
        this.index = index;
        this.loop = loop;
        this.shard = shard;
        this.clock = clock;
        this.limits = limits;
        this.generations = Generation.byVersion(limits);
        int shortestMs = Math.min(limits.connectTimeoutMs(),
                Math.min(limits.pingIntervalMs(), limits.pingTimeoutMs()));
        this.tickMs = Math.clamp(shortestMs / TICKS_PER_TIMEOUT, 1, MAX_TICK_MS);
        this.pings = queue(limits.pingIntervalMs());
        this.pongs = queue(limits.pingTimeoutMs());
        this.silences = queue((long) limits.pingIntervalMs() + limits.pingTimeoutMs());
        this.fetches = queue(limits.pingTimeoutMs());
        this.connects = queue(limits.connectTimeoutMs());
        this.application = application.apply(this);
    }

    private static DeadlineQueue<Deadline> queue(long timeoutMs) {
        return new DeadlineQueue<>(TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    }

    // ---- connections

    /** The clients that name this version of Engine.IO, null if it isn't served. */
    Generation generation(String version) {
        return version == null ? null : generations.get(version);
    }

    /**
     * Begins a connection that nothing carries yet.
     *
     * @return null if there are too many
     */
    EngineConnection open(Generation generation, Request handshake) {
        assert loop.inEventLoop();
        if (connections.size() >= limits.maxConnections()) {
            return null;
        }
        // By script elements nothing but text can be fetched.
        boolean takesBinary = handshake.query("b64") == null && handshake.query("j") == null;
        EngineConnection connection = new EngineConnection(SessionIds.next() + index, this, generation, takesBinary);
        connection.listen(application.accept(connection, handshake));
        connections.put(connection.sid(), connection);
        if (!ticking) {
            ticking = true;
            tickLater();
        }
        return connection;
    }

    /** The connection of that sid, or null; one whose time is over is not there any more. */
    EngineConnection find(String sid) {
        assert loop.inEventLoop();
        expire();
        return connections.get(sid);
    }

    void forget(EngineConnection connection) {
        connections.remove(connection.sid());
    }

    // ---- deadlines

    void awaitPing(Deadline deadline) {
        pings.start(deadline, clock.nanos());
    }

    /** From when the ping was due, which is found somewhat late: the client reckons with the sum of both. */
    void awaitPong(Deadline deadline) {
        long earliest = clock.nanos() - TimeUnit.MILLISECONDS.toNanos(tickMs);
        pongs.start(deadline, Math.max(deadline.deadlineNanos(), earliest));
    }

    /** Waits for a sign of life from a client that gives them by itself. */
    void awaitAnything(Deadline deadline) {
        silences.start(deadline, clock.nanos());
    }

    void awaitFetch(Deadline deadline) {
        fetches.start(deadline, clock.nanos());
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
        silences.remove(deadline);
        fetches.remove(deadline);
        connects.remove(deadline);
        upgrades.remove(deadline);
    }

    private void tickLater() {
        loop.schedule(this::tick, tickMs, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        expire();
        ticking = application.tick() || !connections.isEmpty();
        if (ticking) {
            tickLater();
        }
    }

    private void expire() {
        long now = clock.nanos();
        expire(upgrades, now);
        expire(pings, now);
        expire(pongs, now);
        expire(silences, now);
        expire(fetches, now);
        expire(connects, now);
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

    EngineLimits limits() {
        return limits;
    }
}
