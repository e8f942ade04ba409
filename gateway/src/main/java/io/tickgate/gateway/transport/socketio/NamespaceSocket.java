package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.Shard;
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
 * A client's stay in one namespace, which is one session: events in become commands, messages become events and
 * acknowledgements. Owned by the connection's loop.
 */
final class NamespaceSocket implements Outlet {
    private static final byte[] NO_ARGUMENT = "null".getBytes(StandardCharsets.US_ASCII);

    private final EngineConnection engine;
    private final Shard shard;
    private final Namespace namespace;
    private final boolean withMeta;
    private Session session;

    /** @param withMeta whether updates have a second argument */
    NamespaceSocket(EngineConnection engine, Shard shard, Namespace namespace, boolean withMeta) {
        this.engine = engine;
        this.shard = shard;
        this.namespace = namespace;
        this.withMeta = withMeta;
    }

    /** Engine.IO finds silent clients, so that the shard need not. */
    void open(Principal principal) {
        session = shard.open(SessionIds.next(), TransportKind.SOCKETIO, this, false, principal);
    }

    Namespace namespace() {
        return namespace;
    }

    Session session() {
        return session;
    }

    // ---- what the client sends

    void onEvent(SocketPacket.Event event, CommandParser parser) throws MalformedMessage {
        CommandId id = event.ackId() == SocketPacket.NO_ACK_ID ? null : CommandId.of(event.ackId());
        shard.submit(session, withId(id, parse(event, parser)));
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
        return namespace.format(engine.isOnWebSocket(), withMeta);
    }

    @Override
    public void write(ByteBuf encoded) {
        engine.link().write(encoded);
    }

    @Override
    public void send(ServerMessage message) {
        Link link = engine.link();
        switch (message) {
            case ServerMessage.Welcome welcome -> {
                link.write(namespace.connectPacket(welcome.session()));
                link.write(namespace.connectedPacket(MessageEncoder.encodeConnected(welcome)));
            }
            case ServerMessage.Answer answer when answer.id() != null -> link.write(
                    namespace.ackPacket(Long.parseLong(answer.id().json()), MessageEncoder.encodeAck(answer)));
            default -> link.write(namespace.controlPacket(MessageEncoder.encode(message)));
        }
    }

    /** Engine.IO beats for all namespaces at once. */
    @Override
    public void heartbeat(long timeMs) {}

    @Override
    public void flush() {
        engine.link().flush();
    }

    @Override
    public long pendingBytes() {
        return engine.link().pendingBytes();
    }

    @Override
    public boolean isDelayed() {
        return engine.link().isDelayed();
    }

    @Override
    public void close(Disconnect reason) {
        engine.onSessionEnded(this, reason);
    }
}
