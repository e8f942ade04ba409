package io.tickgate.gateway.session;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.RunSource;
import io.tickgate.gateway.wire.Tally;
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
    private Course course;
    private Map<String, Subscription> subscriptions = Collections.emptyMap();
    private Principal principal;
    /** What it was subscribed to at its end; null unless that is asked for and it has ended. */
    private Map<String, Integer> left;
    private boolean keepsSubscriptions;

    // The shard's own: its place in the shard's lists, and what it does at the moment.
    private int position = -1;
    private boolean touched;
    private boolean awaitingBroker;
    private ArrayDeque<ParsedCommand> waitingCommands;
    private long lastHeardNanos;

    /** What the client gets in this turn and was not written yet. */
    private Run run;
    private RunSource runSource;
    private boolean untold;
    /** What was written at the turn's end and is being flushed. */
    private Run flushing;
    private long writtenBytes;
    private Unsent unsent;
    /** Subscriptions that are not in step with their channel. */
    private int behind;
    /** Those of them that are brought forward by themselves, rather than with their room. */
    private int straggling;
    private boolean congested;
    private boolean awaitingSnapshots;
    private boolean catchingUp;
    private long progressNanos;
    private long takenAtProgress;

    /**
     * @param id opaque, unguessable
     * @param answersHeartbeats whether the client is heard regularly, so that silence means it is gone
     * @param course how the outlet's format is written
     */
    public Session(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats, Course course,
            Principal principal) {
        this.id = id;
        this.transport = transport;
        this.outlet = outlet;
        this.answersHeartbeats = answersHeartbeats;
        this.course = course;
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

    /** Writes in another format from now on; the outlet has changed to it, between turns. */
    public void setCourse(Course course) {
        assert run == null : "formats change between turns";
        this.course = course;
    }

    /** Where an update is to be taken from, if it gets it now. */
    public RunSource find(Publication publication) {
        return course.find(publication, behind > 0, straggling == 0 && !isHeldUp());
    }

    /** Whether nothing was collected from elsewhere, which would have to be written first. */
    public boolean isOn(RunSource source) {
        return run == null || runSource == source;
    }

    /**
     * Adds an update to what the client gets at the end of this turn.
     *
     * @param source as {@link #find} said, and nothing else was collected from elsewhere
     * @param tally where the room counts what becomes of it
     */
    public void deliver(RunSource source, Publication publication, Tally tally) {
        untold |= behind > 0;
        runSource = source;
        run = course.append(source, run, publication, tally);
    }

    /** Whether it got updates as one that is not in step, and was not told since where it stands. */
    public boolean isUntold() {
        return untold;
    }

    public void told() {
        untold = false;
    }

    /** What {@link #deliver} collected and {@link #wrote} did not take yet, or null for nothing. */
    public Run run() {
        return run;
    }

    /** Whether what was collected is of a compressed stream that it shares. */
    public boolean isRunShared() {
        return course.isShared(runSource);
    }

    /** The bytes of what was collected, shared with others. */
    public ByteBuf runBytes() {
        return runSource.bytes(run);
    }

    /**
     * What was collected is written, or a beginning of it.
     *
     * @param part the run itself, or one that it begins with: the rest is forgotten, it will come later or never
     */
    public void wrote(Run part) {
        course.giveBack(runSource, run.updates() - part.updates());
        run = null;
        runSource = null;
        settleInto(flushing);
        flushing = part;
        writtenBytes += part.length();
    }

    private void settleInto(Run written) {
        if (written != null) {
            if (unsent == null) {
                unsent = new Unsent();
            }
            unsent.add(written, writtenBytes);
        }
    }

    /**
     * Counts as delivered what the kernel has taken.
     *
     * @param pendingBytes what it has not, at most
     */
    public void settle(long pendingBytes) {
        if (pendingBytes == 0 && unsent == null) {
            if (flushing != null) {
                flushing.countTaken();
                flushing = null;
            }
            return;
        }
        settleInto(flushing);
        flushing = null;
        if (unsent != null) {
            unsent.settle(writtenBytes - pendingBytes);
            if (unsent.isEmpty()) {
                unsent = null;
            }
        }
    }

    /** How its updates are written. */
    public Course course() {
        return course;
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
     * Ends it: nothing is owed to it any more, and what was not taken is counted as abandoned.
     *
     * @return the subscriptions it had
     */
    public Collection<Subscription> end() {
        Collection<Subscription> ended = subscriptions.values();
        position = -1;
        if (keepsSubscriptions) {
            left = ended.stream().collect(Collectors.toUnmodifiableMap(Subscription::channel, s -> s.intervalMs));
        }
        settleInto(flushing);
        settleInto(run);
        if (unsent != null) {
            unsent.abandon();
        }
        unsent = null;
        flushing = null;
        run = null;
        waitingCommands = null;
        subscriptions = Collections.emptyMap();
        return ended;
    }

    /** Whether all it gets comes as it is published; else it is told where it stands when it has caught up. */
    public boolean isInStep() {
        return behind == 0;
    }

    /** One subscription fell out of step, or all it had in a room did, or they are in step again. */
    public void addBehind(int change) {
        behind += change;
    }

    /** One subscription is brought forward by itself from now on, or not any more. */
    public void addStraggling(int change) {
        straggling += change;
    }

    /** Whether the connection takes no more for now. */
    public boolean isCongested() {
        return congested;
    }

    public void setCongested(boolean congested) {
        this.congested = congested;
    }

    /** Whether it is to get last values once its connection takes more. */
    public boolean isAwaitingSnapshots() {
        return awaitingSnapshots;
    }

    public void setAwaitingSnapshots(boolean awaiting) {
        awaitingSnapshots = awaiting;
    }

    /** Whether it is given no updates for now. */
    public boolean isHeldUp() {
        return congested || awaitingSnapshots;
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
        takenAtProgress = writtenBytes - pendingBytes;
        progressNanos = nowNanos;
    }

    /**
     * Notes how far the connection has got.
     *
     * @return since when it has taken nothing, by the same clock
     */
    public long progress(long pendingBytes, long nowNanos) {
        long taken = writtenBytes - pendingBytes;
        if (taken > takenAtProgress) {
            progressNanos = nowNanos;
        }
        // Less, if answers were written behind what is pending: they are no sign of life.
        takenAtProgress = taken;
        return progressNanos;
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
