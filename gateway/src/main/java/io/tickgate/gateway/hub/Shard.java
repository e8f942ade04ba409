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
import io.tickgate.gateway.wire.Outlet;
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
    /** What is taken from the mailbox per turn, so that a flood leaves time for reads and timers. */
    private static final int PUBLICATIONS_PER_TURN = 1_024;
    private static final int PAYLOAD_BYTES_PER_TURN = 4 << 20;

    private final int index;
    private final int outboundHighWatermarkBytes;
    private final Executor loop;
    private final LoopMetrics metrics;
    private final Mailbox mailbox;
    private final DispatcherPort dispatcher;
    private final CommandExecutor commands;
    private final CommandParser parser;
    private final SessionClock sessionClock;
    private final TurnOutput output;

    private final Map<String, Room> rooms = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private boolean turnScheduled;
    private boolean closed;
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
        this.metrics = metrics;
        this.mailbox = mailbox;
        this.dispatcher = dispatcher;
        this.sessionClock = new SessionClock(this, settings.heartbeatMs(), clock);
        this.commands = new CommandExecutor(this, sessionClock, settings, rights, clock, metrics);
        this.parser = new CommandParser(settings.maxChannelsPerCommand());
        this.output = new TurnOutput(this, outboundHighWatermarkBytes, clock, metrics, allocator);
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
        Session session = new Session(id, transport, outlet, answersHeartbeats, output.formatTurn(outlet.format()),
                principal);
        session.setPosition(sessions.size());
        sessions.add(session);
        metrics.increment(transport.opened());
        sessionClock.start(session);
        if (closed) {
            disconnect(session, Disconnect.GOING_AWAY);
            return session;
        }
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
        if (session.isOpen()) {
            output.send(session, message);
            scheduleTurn();
        }
    }

    /** Writes the transport's sign of life. */
    void heartbeat(Session session, long timeMs) {
        output.heartbeat(session, timeMs);
        scheduleTurn();
    }

    /** The client gave a sign of life. */
    public void heard(Session session) {
        sessionClock.heard(session);
    }

    /** The session's outlet writes in another format from now on; called between turns. */
    public void changeFormat(Session session) {
        session.setFormatTurn(output.formatTurn(session.outlet().format()));
    }

    /** Ends a session on the gateway's side and tells the client why. */
    public void disconnect(Session session, Disconnect reason) {
        if (session.isOpen()) {
            metrics.increment(Disconnects.counter(reason));
            leave(session);
            output.close(session, reason);
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
        if (session.isOpen()) {
            output.sendSnapshot(session, lastValue);
            scheduleTurn();
        }
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
        sessionClock.stop(session);
        for (Subscription subscription : session.end()) {
            leave(subscription);
        }
        commands.forget(session);
        metrics.increment(session.transport().closed());
    }

    // ---- the turn

    private void scheduleTurn() {
        if (!turnScheduled) {
            turnScheduled = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        // What is sent from here on needs no turn of its own.
        turnScheduled = true;
        mailbox.beginDrain();
        boolean isMoreDue = true;
        try {
            isMoreDue = drain();
        } catch (RuntimeException | Error fault) {
            output.failed("a turn", fault);
        }
        output.endTurn();
        turnScheduled = false;
        if (isMoreDue) {
            mailbox.resignal();
        } else if (mailbox.isHolding()) {
            dispatcher.retry(index);
        }
    }

    /** Takes what the dispatcher sent; true if there may be more. */
    private boolean drain() {
        int publications = 0;
        int payloadBytes = 0;
        while (publications < PUBLICATIONS_PER_TURN && payloadBytes < PAYLOAD_BYTES_PER_TURN) {
            switch (mailbox.poll()) {
                case null -> {
                    return false;
                }
                case Publication publication -> {
                    publications++;
                    payloadBytes += publication.payload().length;
                    onPublication(publication);
                }
                case ShardEvent event -> onEvent(event);
                default -> throw new AssertionError("neither a publication nor an event");
            }
        }
        return true;
    }

    private void onPublication(Publication publication) {
        // What a full mailbox held back comes out of order.
        number = Math.max(number, publication.number());
        Room room = rooms.get(publication.topic().name());
        // A room that closed and opened again has a newer state on its way than what was sent to the old one.
        if (room != null && room.isOpen()) {
            room.deliver(publication, output);
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
                for (Room room : rooms.values()) {
                    room.setLive(changed.up());
                }
                onUpstream(new ServerMessage.Status(changed.up(), changed.sinceMs()));
            }
        }
    }

    private void onUpstream(ServerMessage.Status status) {
        upstreamDown = status.up() ? null : status;
        // A copy, since a session may end as it is told.
        for (Session session : List.copyOf(sessions)) {
            send(session, status);
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
        // Whoever is told may leave.
        for (int i = room.size() - 1; i >= 0; i = Math.min(i, room.size()) - 1) {
            send(room.subscription(i).session(), message);
            metrics.increment(Counter.GAPS);
        }
    }

    /** Every so often: heartbeats, silent and expired sessions, subscribes the broker did not confirm. */
    void tick() {
        sessionClock.tick();
        commands.tick();
    }

    /** The loop is ending: sends everybody away and gives the memory back. */
    void close() {
        closed = true;
        for (Session session : List.copyOf(sessions)) {
            disconnect(session, Disconnect.GOING_AWAY);
        }
        output.close();
    }
}
