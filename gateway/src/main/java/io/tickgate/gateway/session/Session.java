package io.tickgate.gateway.session;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.Run;
import io.tickgate.protocol.message.ParsedCommand;

/**
 * One client's stay on one connection: who it is, what it subscribed to, and what it is owed in the current turn. Owned by
 * the connection's loop, whose shard drives it; at most as many subscriptions and waiting commands as the shard allows.
 */
public final class Session extends DeadlineQueue.Entry<Session> {
    private final String id;
    private final TransportKind transport;
    private final Outlet outlet;
    private final boolean answersHeartbeats;
    private FormatTurn formatTurn;
    private Map<String, Subscription> subscriptions = Collections.emptyMap();
    private Principal principal;

    // The shard's own: its place in the shard's lists, and what it does at the moment.
    private int position = -1;
    private boolean touched;
    private boolean awaitingBroker;
    private ArrayDeque<ParsedCommand> waitingCommands;
    private long lastHeardNanos;

    /** What the client gets in this turn and was not written yet. */
    private Run run;

    /**
     * @param id opaque, unguessable
     * @param answersHeartbeats whether the client is heard regularly, so that silence means it is gone
     * @param formatTurn the loop's turn for the outlet's format
     */
    public Session(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats, FormatTurn formatTurn,
            Principal principal) {
        this.id = id;
        this.transport = transport;
        this.outlet = outlet;
        this.answersHeartbeats = answersHeartbeats;
        this.formatTurn = formatTurn;
        this.principal = principal;
    }

    public String id() {
        return id;
    }

    public TransportKind transport() {
        return transport;
    }

    public Outlet outlet() {
        return outlet;
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

    /**
     * Writes in another format from now on; the outlet has changed to it.
     *
     * @param turn the loop's turn for that format
     */
    public void setFormatTurn(FormatTurn turn) {
        assert run == null : "formats change between turns";
        formatTurn = turn;
    }

    /** Adds an update to what the client gets at the end of this turn. */
    public void deliver(Publication publication) {
        run = formatTurn.append(run, publication);
    }

    /** What {@link #deliver} collected since this was last asked, or null for nothing. */
    public Run takeRun() {
        Run due = run;
        run = null;
        return due;
    }

    /** The bytes of a run of this turn, as {@link FormatTurn#bytes} shares them. */
    public ByteBuf bytes(Run due) {
        return formatTurn.bytes(due);
    }

    /** The bytes of a last value, as {@link FormatTurn#snapshot} shares them. */
    public ByteBuf snapshot(Publication lastValue) {
        return formatTurn.snapshot(lastValue);
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

    /** Where the shard keeps it, -1 once it has ended. */
    public int position() {
        return position;
    }

    public void setPosition(int position) {
        this.position = position;
    }

    public boolean isOpen() {
        return position >= 0;
    }

    /**
     * Ends it: nothing is owed to it any more.
     *
     * @return the subscriptions it had
     */
    public Collection<Subscription> end() {
        Collection<Subscription> ended = subscriptions.values();
        position = -1;
        run = null;
        waitingCommands = null;
        subscriptions = Collections.emptyMap();
        return ended;
    }

    /** Marks that something is to be flushed. @return whether it was not marked yet */
    public boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    public void untouch() {
        touched = false;
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
