package io.tickgate.gateway.session;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.wire.FormatTurns;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.protocol.message.ParsedCommand;

/**
 * One client's stay on one connection: who it is, what it subscribed to, and what it is owed in the current turn. Owned by
 * the connection's loop, whose shard drives it; at most as many subscriptions and waiting commands as the shard allows.
 */
public final class Session extends TurnShare {
    private final String id;
    private final TransportKind transport;
    private final boolean answersHeartbeats;
    private Map<String, Subscription> subscriptions = Collections.emptyMap();
    private Principal principal;
    /** What it was subscribed to at its end; null unless that is asked for and it has ended. */
    private Map<String, Integer> left;
    private boolean keepsSubscriptions;

    // The shard's own: what it does at the moment.
    private boolean awaitingBroker;
    private ArrayDeque<ParsedCommand> waitingCommands;
    private long lastHeardNanos;

    private boolean catchingUp;
    private long progressNanos;
    private long takenAtProgress;

    /**
     * @param id opaque, unguessable
     * @param answersHeartbeats whether the client is heard regularly, so that silence means it is gone
     * @param turns where the loop encodes in the outlet's format
     */
    public Session(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats, FormatTurns turns,
            Principal principal) {
        super(outlet, turns);
        this.id = id;
        this.transport = transport;
        this.answersHeartbeats = answersHeartbeats;
        this.principal = principal;
    }

    public String id() {
        return id;
    }

    public TransportKind transport() {
        return transport;
    }

    public boolean answersHeartbeats() {
        return answersHeartbeats;
    }

    public Principal principal() {
        return principal;
    }

    public void setPrincipal(Principal principal) {
        this.principal = principal;
    }

    public Subscription subscription(String channel) {
        return subscriptions.get(channel);
    }

    public Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    public int subscriptionCount() {
        return subscriptions.size();
    }

    public void add(Subscription subscription) {
        if (subscriptions.isEmpty()) {
            subscriptions = new HashMap<>(4);
        }
        subscriptions.put(subscription.channel(), subscription);
    }

    public Subscription remove(String channel) {
        return subscriptions.isEmpty() ? null : subscriptions.remove(channel);
    }

    /** Has {@link #left()} say what it was subscribed to once it has ended. */
    public void keepSubscriptions() {
        keepsSubscriptions = true;
    }

    /** The intervals of the channels that it was subscribed to at its end; null while it is open, or if nobody asked for it. */
    public Map<String, Integer> left() {
        return left;
    }

    /**
     * Ends it: nothing is owed to it any more, and what was not taken is counted as abandoned.
     *
     * @return the subscriptions it had
     */
    public Collection<Subscription> end() {
        Collection<Subscription> ended = subscriptions.values();
        setPosition(-1);
        if (keepsSubscriptions) {
            left = ended.stream().collect(Collectors.toUnmodifiableMap(Subscription::channel, s -> s.intervalMs));
        }
        abandon();
        waitingCommands = null;
        subscriptions = Collections.emptyMap();
        return ended;
    }

    /** The shard's own: whether it stands in line to catch up. */
    public boolean isCatchingUp() {
        return catchingUp;
    }

    public void setCatchingUp(boolean catchingUp) {
        this.catchingUp = catchingUp;
    }

    /** Begins to watch how the connection gets on, now that something is pending. */
    public void beginProgress(long pendingBytes, long nowNanos) {
        takenAtProgress = writtenBytes() - pendingBytes;
        progressNanos = nowNanos;
    }

    /**
     * Notes how far the connection has got.
     *
     * @return since when it has taken nothing, by the same clock
     */
    public long progress(long pendingBytes, long nowNanos) {
        long taken = writtenBytes() - pendingBytes;
        if (taken > takenAtProgress) {
            progressNanos = nowNanos;
        }
        // Less, if answers were written behind what is pending: they are no sign of life.
        takenAtProgress = taken;
        return progressNanos;
    }

    /** Whether a command waits for the broker; the next ones wait behind it, so that answers keep the commands' order. */
    public boolean isAwaitingBroker() {
        return awaitingBroker;
    }

    public void setAwaitingBroker(boolean awaiting) {
        awaitingBroker = awaiting;
    }

    /** @return whether there was room for one more among at most {@code limit} waiting commands */
    public boolean enqueue(ParsedCommand command, int limit) {
        if (waitingCommands == null) {
            waitingCommands = new ArrayDeque<>(4);
        }
        return waitingCommands.size() < limit && waitingCommands.add(command);
    }

    /** The next waiting command or null. */
    public ParsedCommand nextCommand() {
        if (waitingCommands == null) {
            return null;
        }
        ParsedCommand next = waitingCommands.poll();
        if (next == null) {
            waitingCommands = null;
        }
        return next;
    }

    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    public void heardAt(long nanos) {
        lastHeardNanos = nanos;
    }
}
