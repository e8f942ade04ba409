package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.CompressionSettings;
import io.tickgate.gateway.wire.Encodings;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandParser;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;

/**
 * One event loop's share of the fan-out: its sessions, its rooms, its turn. A turn takes what the dispatcher sent, collects it
 * for every subscriber in step, brings a slice of those behind forward, then writes and flushes each touched connection: once, or
 * piece by piece where it is much. Owned by its loop; every method is called there.
 */
public final class Shard {
    /** Empties any mailbox of the preset size; a flood that is faster goes on in turns of its own. */
    private static final int CATCH_UP_TURNS = 64;

    private final int index;
    private final Clock clock;
    private final Watermarks watermarks;
    private final LoopMetrics metrics;
    private final Mailbox mailbox;
    private final DispatcherPort dispatcher;
    private final CommandExecutor commands;
    private final CommandParser parser;
    private final SessionClock sessionClock;
    private final Encodings encodings;
    private final SessionWriter writer;
    private final TurnOutput output;
    private final Rooms rooms;
    private final Cohorts cohorts;
    private final Replay replay;
    private final Snapshots snapshots;
    private final CatchUp catchUp;
    private final SlowReaders slowReaders;
    private final Intervals intervals;
    private final Arrivals arrivals;
    private final Standing standing;
    private final TurnSchedule schedule;

    private final List<Session> sessions = new ArrayList<>();
    private boolean isInTurn;
    private boolean closed;
    private ServerMessage.Status upstreamDown;
    /** Null unless a planned stop has begun. */
    private Drain drain;

    Shard(int index, HubSettings settings, CompressionSettings compression, Watermarks watermarks, Rights rights,
            Executor loop, Timers timers, Clock clock, LoopMetrics metrics, Mailbox mailbox, DispatcherPort dispatcher,
            ByteBufAllocator allocator) {
        this.index = index;
        this.watermarks = watermarks;
        this.clock = clock;
        this.metrics = metrics;
        this.mailbox = mailbox;
        this.dispatcher = dispatcher;
        this.schedule = new TurnSchedule(loop, timers, settings.flushIntervalMs(), this::turn);
        this.sessionClock = new SessionClock(this, settings.heartbeatMs(), clock);
        this.parser = new CommandParser(settings.maxChannelsPerCommand());
        this.encodings = new Encodings(compression, allocator);
        this.writer = new SessionWriter(this, watermarks, clock, metrics);
        this.output = new TurnOutput(this, writer, watermarks.highBytes(), encodings, clock, metrics);
        this.replay = new Replay(this, output, metrics);
        this.intervals = new Intervals(replay, output, clock, timers, this::turn);
        this.snapshots = new Snapshots(output, watermarks.lowBytes());
        this.rooms = new Rooms(index, dispatcher, metrics, intervals, snapshots, this::bringForward, this::regroup);
        this.cohorts = new Cohorts(rooms, output, encodings, compression, clock, metrics);
        this.catchUp = new CatchUp(rooms, output, replay, snapshots);
        this.slowReaders = new SlowReaders(this, rooms, watermarks, settings.slowReaderMs(), clock, metrics);
        this.commands = new CommandExecutor(this, rooms, sessionClock, settings, rights, clock, metrics);
        this.arrivals = new Arrivals(this, mailbox, rooms, catchUp, intervals, replay,
                commands.confirmations(), output, metrics);
        this.standing = new Standing(rooms, arrivals);
        mailbox.onSignal(schedule::signalled);
    }

    // ---- what transports call

    /**
     * Begins a session: welcomes it, joins its user's rooms, and beats its heart from now on.
     *
     * @param answersHeartbeats whether the client is heard regularly, so that silence means it is gone
     */
    public Session open(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats,
            Principal principal) {
        return open(id, transport, outlet, answersHeartbeats, principal, Command.Subscribe.NO_NUMBER);
    }

    /** The same for a client that was here before and has everything up to a node-wide number. */
    public Session open(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats,
            Principal principal, long afterNumber) {
        Session session = enter(id, transport, outlet, answersHeartbeats, principal);
        commands.welcome(session, afterNumber);
        tellUpstream(session);
        return session;
    }

    /** Begins a session that goes on where it left off; what it is told first is to what it is subscribed. */
    public Session recover(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats,
            Principal principal, Comeback comeback) {
        Session session = enter(id, transport, outlet, answersHeartbeats, principal);
        commands.recover(session, comeback);
        return session;
    }

    private Session enter(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats,
            Principal principal) {
        Session session = new Session(id, transport, outlet, answersHeartbeats, encodings.turns(outlet.format()),
                principal);
        session.setPosition(sessions.size());
        sessions.add(session);
        metrics.increment(transport.opened());
        sessionClock.start(session);
        if (closed) {
            disconnect(session, Disconnect.GOING_AWAY);
        }
        return session;
    }

    /** Tells a session that begins if the broker is away. */
    void tellUpstream(Session session) {
        if (upstreamDown != null) {
            send(session, upstreamDown);
        }
        if (drain != null) {
            drain.add(session);
        }
    }

    /** Executes a command or answers its refusal, once those before it are answered. */
    public void submit(Session session, ParsedCommand command) {
        commands.submit(session, command);
    }

    /** Sends a message behind all that was delivered before; flushed with the turn. */
    public void send(Session session, ServerMessage message) {
        if (session.isOpen()) {
            output.send(session, message);
            scheduleTurn();
        }
    }

    /** Writes the transport's sign of life, unless what was written before is not even taken. */
    void heartbeat(Session session, long timeMs) {
        if (!session.isCongested()) {
            output.heartbeat(session, timeMs);
            scheduleTurn();
        }
    }

    /** The connection has taken what was pending, or some of it; it may be given more. */
    public void drained(Session session) {
        slowReaders.drained(session);
    }

    /** The client gave a sign of life. */
    public void heard(Session session) {
        sessionClock.heard(session);
    }

    /** The session's outlet writes in another format from now on; called between turns. */
    public void changeFormat(Session session) {
        session.setTurns(encodings.turns(session.outlet().format()));
        regroup(session);
    }

    /** Ends a session on the gateway's side and tells the client why. */
    public void disconnect(Session session, Disconnect reason) {
        if (session.isOpen()) {
            metrics.increment(Disconnects.counter(reason));
            if (reason == Disconnect.SERVICE_RESTART) {
                catchUp.finish(session);
            }
            if (reason != Disconnect.SLOW_CONSUMER && reason != Disconnect.INTERNAL) {
                output.finishNow(session);
            }
            if (reason == Disconnect.SLOW_CONSUMER) {
                // What it took since it was last looked at is not abandoned.
                session.settle(session.outlet().pendingBytes());
            }
            leave(session);
            writer.close(session, reason);
        }
    }

    /** The client is gone; ends the session if it hasn't ended. */
    public void left(Session session) {
        if (session.isOpen()) {
            leave(session);
        }
    }

    /** How far this loop and its sessions have got. */
    public Standing standing() {
        return standing;
    }

    /** Writes a block that tells a client up to which number it has everything. @return the number told, which may be less */
    public long mark(Session session, long number) {
        return output.mark(session, number);
    }

    /** What encodes for one session alone what its outlet says by itself. */
    public FormatTurn encoder(WireFormat format) {
        return encodings.turn(format);
    }

    /** Reads what this loop's clients send. */
    public CommandParser parser() {
        return parser;
    }

    /** How much a session is given ahead of its reader. */
    public Watermarks watermarks() {
        return watermarks;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    // ---- for the command executor

    void sendSnapshot(Session session, Publication lastValue) {
        if (session.isOpen() && !snapshots.tryGive(session, lastValue)) {
            rooms.hold(session);
            catchUp.enqueue(session);
        }
        scheduleTurn();
    }

    Rooms rooms() {
        return rooms;
    }

    /** Some of a session's subscriptions are behind: they are brought forward from the next turn on. */
    void bringForward(Session session) {
        catchUp.enqueue(session);
        scheduleTurn();
    }

    private void regroup(Session session) {
        cohorts.changed(session);
    }

    /** A flush left something: the session is watched. */
    void pending(Session session, long pendingBytes) {
        slowReaders.watch(session, pendingBytes);
    }

    private void leave(Session session) {
        Session last = sessions.removeLast();
        if (last != session) {
            sessions.set(session.position(), last);
            last.setPosition(session.position());
        }
        sessionClock.stop(session);
        slowReaders.forget(session);
        snapshots.forget(session);
        cohorts.forget(session);
        for (Subscription subscription : session.end()) {
            rooms.leave(subscription);
        }
        commands.confirmations().forget(session);
        metrics.increment(session.transport().closed());
    }

    // ---- the turn

    void scheduleTurn() {
        // What is sent within a turn needs none of its own.
        if (!isInTurn) {
            schedule.soon();
        }
    }

    private void turn() {
        long begin = clock.nanos();
        isInTurn = true;
        mailbox.beginDrain();
        boolean isMoreDue = true;
        try {
            isMoreDue = arrivals.take();
            isMoreDue |= commands.confirmations().answerSome();
            intervals.serve();
            catchUp.work();
        } catch (RuntimeException | Error fault) {
            writer.failed("a turn", fault);
        }
        output.endTurn();
        isInTurn = false;
        metrics.recordTurn(clock.nanos() - begin);
        if (isMoreDue || catchUp.isAwaited() || intervals.isAwaited() || output.touched() > 0) {
            schedule.afterReads();
        } else if (mailbox.isHolding()) {
            dispatcher.retry(index);
        }
    }

    /** Takes all that the dispatcher has sent, so that nobody who comes from another loop is ahead of this one. */
    void catchUpWithDispatcher() {
        arrivals.takeAll();
        if (!isInTurn) {
            output.endTurn();
        }
        scheduleTurn();
    }

    /** Takes from a room's history what the dispatcher holds back from this loop. */
    void catchUpWithHistory(Room room) {
        arrivals.takeHeldBack(room);
    }

    /** Tells everyone, and whoever comes while the broker is away. */
    void upstreamChanged(ServerMessage.Status status) {
        upstreamDown = status.up() ? null : status;
        // A copy, since a session may end as it is told.
        for (Session session : List.copyOf(sessions)) {
            send(session, status);
        }
    }

    /** Every so often: heartbeats, silent and expired sessions, subscribes the broker did not confirm. */
    void tick() {
        sessionClock.tick();
        slowReaders.tick();
        cohorts.tick();
        commands.confirmations().tick();
        rooms.settle();
        rooms.report();
        output.forgetEarlier();
        if (drain != null) {
            drain.tick();
        }
    }

    // ---- the planned stop

    /** Sends everybody away, until nobody is left. */
    void begin(Drain planned) {
        drain = planned;
        planned.begin(sessions);
    }

    /** Whether a planned stop has begun, so that clients that come new are to be sent away. */
    public boolean isDraining() {
        return drain != null;
    }

    /** Milliseconds after which a client may come back that is sent away by a planned stop. */
    public int drainRetryMs() {
        return drain.retryMs();
    }

    /** Delivers what the dispatcher has sent until now. */
    void catchUp() {
        for (int turns = 0; turns < CATCH_UP_TURNS && !mailbox.isEmpty(); turns++) {
            turn();
        }
    }

    /** Whether closing the session now would cost its client something: it is to be given more, or has not taken all. */
    boolean owes(Session session) {
        boolean isUnfetched = session.outlet().isFetched() && session.outlet().pendingBytes() > 0;
        return session.isCatchingUp() || session.isCongested() || isUnfetched;
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    /** The loop is ending: sends everybody away and gives the memory back. */
    void close() {
        closed = true;
        for (Session session : List.copyOf(sessions)) {
            disconnect(session, Disconnect.GOING_AWAY);
        }
        encodings.close();
    }
}
