package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.FormatTurn;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.CommandParser;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;

/**
 * One event loop's share of the fan-out: its sessions, its rooms, its turn. A turn takes what the dispatcher sent, collects it
 * for every subscriber, then writes and flushes each touched connection once. Owned by its loop; every method is called
 * there.
 */
public final class Shard {
    /** Publications taken from the mailbox per turn, so that a flood leaves time for reads and timers. */
    private static final int PUBLICATIONS_PER_TURN = 1_024;

    private final int index;
    private final int outboundHighWatermarkBytes;
    private final Executor loop;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Mailbox mailbox;
    private final DispatcherPort dispatcher;
    private final CommandExecutor commands;
    private final CommandParser parser;
    private final SessionClock sessionClock;
    private final TurnLatency latency;
    private final ByteBufAllocator allocator;

    private final Map<String, Room> rooms = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<FormatTurn> formatTurns = new ArrayList<>();
    private final List<Session> touched = new ArrayList<>();
    private boolean turnScheduled;
    private int subscriptionCount;
    private long number;
    private ServerMessage.Status upstreamDown;

    Shard(int index, HubSettings settings, int outboundHighWatermarkBytes, Rights rights, Executor loop, Clock clock,
            LoopMetrics metrics,
            Mailbox mailbox,
            DispatcherPort dispatcher, ByteBufAllocator allocator) {
        this.index = index;
        this.outboundHighWatermarkBytes = outboundHighWatermarkBytes;
        this.loop = loop;
        this.clock = clock;
        this.metrics = metrics;
        this.mailbox = mailbox;
        this.dispatcher = dispatcher;
        this.sessionClock = new SessionClock(this, settings.heartbeatMs(), clock);
        this.commands = new CommandExecutor(this, sessionClock, settings, rights, clock, metrics);
        this.parser = new CommandParser(settings.maxChannelsPerCommand());
        this.latency = new TurnLatency(metrics);
        this.allocator = allocator;
        mailbox.onSignal(this::turn);
    }

    // ---- what transports call

    /**
     * Begins a session: welcomes it, joins its user's rooms, and beats its heart from now on.
     *
     * @param answersHeartbeats whether the client is heard regularly, so that silence means it is gone
     */
    public Session open(String id, TransportKind transport, Outlet outlet, boolean answersHeartbeats,
            Principal principal) {
        Session session = new Session(id, transport, outlet, answersHeartbeats, formatTurn(outlet.format()), principal);
        session.setPosition(sessions.size());
        sessions.add(session);
        metrics.increment(transport.opened());
        sessionClock.start(session);
        commands.welcome(session);
        if (upstreamDown != null) {
            send(session, upstreamDown);
        }
        return session;
    }

    /** Executes a command or answers its refusal, once those before it are answered. */
    public void submit(Session session, ParsedCommand command) {
        commands.submit(session, command);
    }

    /** Sends a message behind all that was delivered before; flushed with the turn. */
    public void send(Session session, ServerMessage message) {
        if (!session.isOpen()) {
            return;
        }
        session.send(message);
        touch(session);
    }

    /** Writes the transport's sign of life. */
    void heartbeat(Session session, long timeMs) {
        session.outlet().heartbeat(timeMs);
        touch(session);
    }

    /** The client gave a sign of life. */
    public void heard(Session session) {
        sessionClock.heard(session);
    }

    /** The session's outlet writes in another format from now on; called between turns. */
    public void changeFormat(Session session) {
        session.setFormatTurn(formatTurn(session.outlet().format()));
    }

    /** Ends a session on the gateway's side and tells the client why. */
    public void disconnect(Session session, Disconnect reason) {
        if (session.isOpen()) {
            metrics.increment(Disconnects.counter(reason));
            leave(session);
            session.outlet().close(reason);
        }
    }

    /** The client is gone; ends the session if it hasn't ended. */
    public void left(Session session) {
        if (session.isOpen()) {
            leave(session);
        }
    }

    /** The node-wide number up to which this loop has delivered everything. */
    public long number() {
        return number;
    }

    /** Reads what this loop's clients send. */
    public CommandParser parser() {
        return parser;
    }

    /** What a session may have pending before it is disconnected as a slow consumer. */
    public int outboundHighWatermarkBytes() {
        return outboundHighWatermarkBytes;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    // ---- rooms, for the command executor

    /** The channel's room, asked for at the dispatcher if it's new. */
    Room room(String channel, Kind kind) {
        Room room = rooms.get(channel);
        if (room == null) {
            room = new Room(channel, kind);
            rooms.put(channel, room);
            metrics.set(Gauge.ROOMS, rooms.size());
            dispatcher.join(index, room);
        }
        return room;
    }

    void subscribe(Session session, Room room) {
        Subscription subscription = new Subscription(session, room.channel());
        session.add(subscription);
        room.add(subscription);
        metrics.set(Gauge.SUBSCRIPTIONS, ++subscriptionCount);
    }

    /** @return whether it was subscribed */
    boolean unsubscribe(Session session, String channel) {
        Subscription subscription = session.remove(channel);
        if (subscription == null) {
            return false;
        }
        leave(subscription);
        return true;
    }

    void sendSnapshot(Session session, Publication lastValue) {
        session.sendSnapshot(lastValue);
        metrics.increment(Counter.SNAPSHOTS);
        touch(session);
    }

    void closeIfAbandoned(Room room) {
        if (room.isAbandoned() && rooms.remove(room.channel(), room)) {
            metrics.set(Gauge.ROOMS, rooms.size());
            dispatcher.leave(index, room);
        }
    }

    private void leave(Subscription subscription) {
        Room room = rooms.get(subscription.channel());
        room.remove(subscription);
        metrics.set(Gauge.SUBSCRIPTIONS, --subscriptionCount);
        closeIfAbandoned(room);
    }

    private void leave(Session session) {
        Session last = sessions.removeLast();
        if (last != session) {
            sessions.set(session.position(), last);
            last.setPosition(session.position());
        }
        session.setPosition(-1);
        session.forgetRun();
        sessionClock.stop(session);
        for (Subscription subscription : session.subscriptions()) {
            leave(subscription);
        }
        commands.forget(session);
        metrics.increment(session.transport().closed());
    }

    // ---- the turn

    /** Collects an update for a session; it is written at the end of this turn. */
    void deliver(Session session, Publication publication) {
        session.deliver(publication);
        if (session.touch()) {
            touched.add(session);
        }
    }

    /** Has the session flushed at the end of the turn. */
    private void touch(Session session) {
        if (session.touch()) {
            touched.add(session);
        }
        if (!turnScheduled) {
            turnScheduled = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        turnScheduled = true;
        mailbox.beginDrain();
        int publications = 0;
        Object next = null;
        while (publications < PUBLICATIONS_PER_TURN && (next = mailbox.poll()) != null) {
            switch (next) {
                case Publication publication -> {
                    publications++;
                    onPublication(publication);
                }
                case ShardEvent event -> onEvent(event);
                default -> throw new AssertionError(next);
            }
        }
        writeTouched();
        turnScheduled = false;
        if (next != null) {
            mailbox.resignal();
        } else if (mailbox.isHolding()) {
            dispatcher.retry(index);
        }
    }

    private void onPublication(Publication publication) {
        number = publication.number();
        Room room = rooms.get(publication.topic().name());
        // A room that closed and opened again has a newer state on its way than what was sent to the old one.
        if (room != null && room.isOpen()) {
            room.deliver(publication, this);
            if (room.size() > 0) {
                latency.delivered(publication, room.size());
            }
        }
    }

    private void onEvent(ShardEvent event) {
        switch (event) {
            case ShardEvent.RoomOpened opened -> {
                number = Math.max(number, opened.number());
                if (rooms.get(opened.room().channel()) == opened.room()) {
                    opened.room().open(opened);
                    commands.roomOpened(opened.room());
                }
            }
            case ShardEvent.RoomRefused refused -> {
                if (rooms.remove(refused.room().channel(), refused.room())) {
                    metrics.set(Gauge.ROOMS, rooms.size());
                    commands.roomRefused(refused);
                }
            }
            case ShardEvent.GapOpened gap -> onGap(gap);
            case ShardEvent.UpstreamChanged changed -> {
                ServerMessage.Status status = new ServerMessage.Status(changed.up(), changed.sinceMs());
                upstreamDown = changed.up() ? null : status;
                for (Room room : rooms.values()) {
                    room.setLive(changed.up());
                }
                for (Session session : sessions) {
                    send(session, status);
                }
            }
        }
    }

    private void onGap(ShardEvent.GapOpened gap) {
        number = Math.max(number, gap.number());
        Room room = rooms.get(gap.topic().name());
        if (room == null || room.topic() != gap.topic()) {
            return;
        }
        room.skipTo(gap.to());
        ServerMessage message = new ServerMessage.Gap(gap.topic().name(), gap.from(), gap.to(), gap.reason());
        for (int i = room.size() - 1; i >= 0; i--) {
            send(room.subscription(i).session(), message);
            metrics.increment(Counter.GAPS);
        }
    }

    /** Everybody's writes first, then everybody's flush: streams of one HTTP/2 connection share it. */
    private void writeTouched() {
        if (touched.isEmpty()) {
            return;
        }
        long updates = 0;
        long bytes = 0;
        for (int i = 0; i < touched.size(); i++) {
            Session session = touched.get(i);
            int due = session.updatesDue();
            int written = session.writeRun(outboundHighWatermarkBytes);
            if (written >= 0) {
                updates += due;
                bytes += written;
            } else {
                disconnect(session, Disconnect.SLOW_CONSUMER);
            }
        }
        for (int i = 0; i < touched.size(); i++) {
            Session session = touched.get(i);
            session.untouch();
            session.outlet().flush();
            if (session.outlet().pendingBytes() > outboundHighWatermarkBytes) {
                disconnect(session, Disconnect.SLOW_CONSUMER);
            }
        }
        touched.clear();
        metrics.add(Counter.DELIVERIES, updates);
        metrics.add(Counter.DELIVERED_BYTES, bytes);
        latency.flushed(clock.nanos());
        for (int i = 0; i < formatTurns.size(); i++) {
            formatTurns.get(i).end();
        }
    }

    /** Every so often: heartbeats, silent and expired sessions, subscribes the broker did not confirm. */
    void tick() {
        sessionClock.tick();
        commands.tick();
    }

    /** The loop is ending: sends everybody away and gives the memory back. */
    void close() {
        for (Session session : List.copyOf(sessions)) {
            disconnect(session, Disconnect.GOING_AWAY);
        }
        for (FormatTurn turn : formatTurns) {
            turn.close();
        }
        formatTurns.clear();
    }

    private FormatTurn formatTurn(WireFormat format) {
        for (FormatTurn turn : formatTurns) {
            if (turn.format().equals(format)) {
                return turn;
            }
        }
        FormatTurn turn = new FormatTurn(format, allocator);
        formatTurns.add(turn);
        return turn;
    }
}
