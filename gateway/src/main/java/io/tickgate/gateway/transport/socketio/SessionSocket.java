package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.Comeback;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandId;
import io.tickgate.protocol.message.CommandParser;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.socketio.SocketPacket;

/**
 * A client's stay in one namespace that is a session: events in become commands, messages become events and
 * acknowledgements. Owned by the connection's loop.
 */
final class SessionSocket implements NamespaceSocket, Outlet {
    private static final byte[] NO_ARGUMENT = "null".getBytes(StandardCharsets.US_ASCII);

    private final SocketIoConnection connection;
    private final EngineLoop loop;
    private final Shard shard;
    private final ChannelService service;
    private final LeftSessions leftSessions;
    private final Namespace namespace;
    private final boolean withMeta;
    private Principal connecting;
    /** Up to where the client says that it has everything, -1 if it doesn't. */
    private long claimedNumber;
    private Session session;
    private boolean gone;

    // Of a session that can be recovered.
    private boolean recoverable;
    private String pid;
    /** What the client wants to go on with, until it is let in. */
    private LeftSession claimed;
    /** The number in the last position that the client was told by itself. */
    private long told;
    private boolean positionDue;

    /** @param withMeta whether updates have a second argument */
    SessionSocket(SocketIoConnection connection, EngineLoop loop, ChannelService service, Namespace namespace,
            boolean withMeta) {
        this.connection = connection;
        this.loop = loop;
        this.shard = loop.shard();
        this.service = service;
        this.leftSessions = service.leftSessions();
        this.namespace = namespace;
        this.withMeta = withMeta;
    }

    // ---- the beginning

    /** Lets the client in: to the session that it had, if it names one that can be recovered, else to a new one. */
    void open(Principal principal, ConnectAuth auth) {
        connecting = principal;
        recoverable = leftSessions.isOn() && connection.protocol().recovers()
                && (auth.recover() || service.recoversAll());
        claimedNumber = namespace.numberIn(auth.offset());
        if (!recoverable || auth.pid() == null) {
            begin();
        } else if (claimedNumber < 0) {
            beginInstead();
        } else {
            leftSessions.claim(auth.pid(), this);
        }
    }

    /** Engine.IO finds silent clients, so that the shard need not. */
    private void begin() {
        if (recoverable) {
            pid = SessionIds.next();
            leftSessions.hold(pid, this);
        }
        session = shard.open(SessionIds.next(), TransportKind.SOCKETIO, this, false, connecting);
        keepSubscriptions();
    }

    private void beginInstead() {
        shard.metrics().increment(Counter.SESSIONS_NOT_RECOVERED);
        begin();
    }

    private void keepSubscriptions() {
        if (recoverable) {
            session.keepSubscriptions();
        }
    }

    /** @param found what the client wants to go on with, null if it is not known any more */
    void onClaimed(LeftSession found) {
        if (found == null) {
            if (!gone) {
                beginInstead();
            }
        } else if (gone) {
            // The client may try once more.
            keep(found);
        } else {
            recover(found);
        }
    }

    private void recover(LeftSession found) {
        Principal principal = found.continuedBy(connecting, loop.timeMs());
        if (principal == null) {
            leftSessions.drop(found.pid(), this);
            beginInstead();
            return;
        }
        pid = found.pid();
        claimed = found;
        Session recovering = shard.recover(found.sessionId(), TransportKind.SOCKETIO, this, false, principal,
                new Comeback(found.intervals(), claimedNumber, this::onRefused));
        // Else it was refused at once and another one is there instead.
        if (recovering.isOpen()) {
            session = recovering;
            keepSubscriptions();
        }
    }

    private void onRefused() {
        leftSessions.drop(pid, this);
        claimed = null;
        beginInstead();
    }

    // ---- the end

    @Override
    public void left(boolean mayComeBack) {
        if (session != null) {
            shard.left(session);
        }
        retire(mayComeBack);
    }

    @Override
    public void disconnect(Disconnect reason) {
        if (session != null) {
            shard.disconnect(session, reason);
        }
        retire(reason.comeBack());
    }

    @Override
    public void close(Disconnect reason) {
        retire(reason.comeBack());
        connection.onSessionEnded(this, reason);
    }

    private void retire(boolean mayComeBack) {
        if (gone) {
            return;
        }
        gone = true;
        if (pid == null) {
            return;
        }
        if (mayComeBack && claimed != null) {
            keep(claimed);
        } else if (mayComeBack && session != null && session.left() != null) {
            keep(new LeftSession(pid, namespace, session.id(), session.principal(), session.left()));
        } else {
            leftSessions.drop(pid, this);
        }
    }

    private void keep(LeftSession left) {
        shard.metrics().add(Counter.SESSIONS_FORGOTTEN, leftSessions.leave(left, this));
    }

    /**
     * Ends this connection, whose client has come back by another one; any loop.
     *
     * @param onDone called on the claimant's loop
     * @return false if that is no reason to end it
     */
    boolean giveUpFor(SessionSocket claimant, Runnable onDone) {
        return namespace == claimant.namespace && !connection.equals(claimant.connection)
                && loop.tryExecute(() -> {
                    connection.engine().left();
                    claimant.loop.tryExecute(onDone);
                });
    }

    /** What it is a stay in. */
    Namespace place() {
        return namespace;
    }

    @Override
    public String namespace() {
        return namespace.name();
    }

    @Override
    public boolean isConnected() {
        return session != null && claimed == null;
    }

    // ---- what the client sends

    /** No event that is understood takes attachments. */
    @Override
    public void onEvent(SocketPacket.Event event, List<byte[]> attachments) throws MalformedMessage {
        CommandId id = event.ackId() == SocketPacket.NO_ACK_ID ? null : CommandId.of(event.ackId());
        shard.submit(session, withId(id, parse(event, service.parser())));
    }

    /** Nothing is sent that asks for one. */
    @Override
    public void onAck(SocketPacket.Ack ack, List<byte[]> attachments) {}

    @Override
    public void onMoved() {
        if (session != null) {
            shard.changeFormat(session);
        }
    }

    @Override
    public void onDrained() {
        if (session != null) {
            shard.drained(session);
        }
    }

    private static ParsedCommand parse(SocketPacket.Event event, CommandParser parser) throws MalformedMessage {
        byte[] argument = event.arguments().isEmpty() ? NO_ARGUMENT : event.arguments().getFirst().toBytes();
        return switch (event.name()) {
            case "subscribe" -> parser.parseSubscribe(argument);
            case "unsubscribe" -> parser.parseUnsubscribe(argument);
            case "authenticate" -> parser.parseAuthenticate(argument);
            default -> new ParsedCommand.Refused(
                    new ServerMessage.Failure(null, ErrorCode.BAD_REQUEST, "unknown event"));
        };
    }

    /** The answer is matched by the acknowledgement's number, whatever id the argument holds. */
    private static ParsedCommand withId(CommandId id, ParsedCommand parsed) {
        return switch (parsed) {
            case ParsedCommand.Accepted(Command command) -> new ParsedCommand.Accepted(switch (command) {
                case Command.Subscribe c -> new Command.Subscribe(id, c.channels(), c.intervalMs(), c.resume());
                case Command.Unsubscribe c -> new Command.Unsubscribe(id, c.channels());
                case Command.Authenticate c -> new Command.Authenticate(id, c.token());
                case Command.Ping _ -> new Command.Ping(id);
            });
            case ParsedCommand.Refused(ServerMessage.Failure failure) -> new ParsedCommand.Refused(
                    new ServerMessage.Failure(id, failure.code(), failure.message()));
        };
    }

    // ---- what the gateway sends

    @Override
    public WireFormat format() {
        return namespace.format(connection.link().carriage(), withMeta, recoverable);
    }

    @Override
    public void write(ByteBuf encoded) {
        connection.link().write(encoded);
    }

    @Override
    public void send(ServerMessage message) {
        Link link = connection.link();
        boolean isSubscribed = message instanceof ServerMessage.Subscribed;
        positionDue |= recoverable && isSubscribed;
        if (claimed != null) {
            if (!isSubscribed) {
                // Not let in yet: told again then.
                return;
            }
            link.write(connectPacket(claimed.sessionId()));
            claimed = null;
        }
        switch (message) {
            case ServerMessage.Welcome welcome -> {
                link.write(connectPacket(welcome.session()));
                byte[] connected = MessageEncoder.encodeConnected(welcome);
                // An offset of this session from the first: the client would keep one of the session before.
                link.write(recoverable
                        ? namespace.connectedPacket(connected, shard.standing().number())
                        : namespace.connectedPacket(connected));
            }
            case ServerMessage.Answer answer when answer.id() != null -> link.write(
                    namespace.ackPacket(Long.parseLong(answer.id().json()), MessageEncoder.encodeAck(answer)));
            default -> link.write(namespace.controlPacket(MessageEncoder.encode(message)));
        }
    }

    private byte[] connectPacket(String socketId) {
        return connection.protocol().connect(namespace.name(), socketId, pid);
    }

    /** Engine.IO beats for all namespaces at once. */
    @Override
    public void heartbeat(long timeMs) {}

    @Override
    public void reached(long number) {
        if (recoverable && (number > told || positionDue)) {
            told = number;
            positionDue = false;
            connection.link().write(namespace.positionPacket(number));
        }
    }

    /** What was subscribed in this turn may put the client's position further back, and its last values are behind it. */
    @Override
    public void flush() {
        // A flush in the midst of a long run tells nothing yet.
        if (positionDue && session != null && session.run() == null) {
            reached(shard.standing().reached(session));
        }
        connection.link().flush();
    }

    @Override
    public boolean isFlushDue() {
        return positionDue || Outlet.super.isFlushDue();
    }

    @Override
    public long pendingBytes() {
        return connection.link().pendingBytes();
    }

    @Override
    public boolean isFetched() {
        return !connection.engine().isOnWebSocket();
    }

    @Override
    public boolean isDelayed() {
        return connection.link().isDelayed();
    }
}
