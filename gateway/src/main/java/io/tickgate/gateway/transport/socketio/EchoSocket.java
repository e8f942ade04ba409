package io.tickgate.gateway.transport.socketio;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;

import io.tickgate.gateway.session.SessionIds;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.socketio.JsonText;
import io.tickgate.protocol.socketio.SocketPacket;
import io.tickgate.protocol.socketio.SocketPacketEncoder;

/**
 * A stay in a namespace that gives back what it gets: {@code message} comes as {@code message-back}, {@code message-with-ack} as its
 * acknowledgement, and {@code message-for-ack} as a {@code message-back} that asks for one, which comes as {@code ack-back}.
 * Owned by the connection's loop.
 */
final class EchoSocket implements NamespaceSocket {
    /** The suite's client looks at one message at a time: what came along with the CONNECT would be lost to it. */
    private static final int AUTH_DELAY_MS = 10;

    private final SocketIoConnection connection;
    private final EventLoop loop;
    private final String namespace;
    private final AckRequests asked;
    private boolean gone;

    EchoSocket(SocketIoConnection connection, EventLoop loop, String namespace, AckRequests asked) {
        this.connection = connection;
        this.loop = loop;
        this.namespace = namespace;
        this.asked = asked;
    }

    /** Lets the client in, and tells it what it said about itself. */
    void open(byte[] auth) {
        connection.say(connection.protocol().connect(namespace, SessionIds.next(), null), List.of());
        loop.schedule(() -> tellAuth(auth), AUTH_DELAY_MS, TimeUnit.MILLISECONDS);
    }

    private void tellAuth(byte[] auth) {
        if (!gone) {
            emit("auth", SocketPacket.NO_ACK_ID, List.of(auth), List.of());
        }
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public void onEvent(SocketPacket.Event event, List<byte[]> attachments) {
        List<byte[]> arguments = bytes(event.arguments());
        switch (event.name()) {
            case "message" -> emit("message-back", SocketPacket.NO_ACK_ID, arguments, attachments);
            case "message-with-ack" -> acknowledge(event.ackId(), arguments, attachments);
            case "message-for-ack" -> emit("message-back", asked.add(this::onAnswer), arguments, attachments);
            default -> {
                // As an event without a listener.
            }
        }
    }

    @Override
    public void onAck(SocketPacket.Ack ack, List<byte[]> attachments) {
        asked.onAck(ack, attachments);
    }

    private void onAnswer(SocketPacket.Ack ack, List<byte[]> attachments) {
        emit("ack-back", SocketPacket.NO_ACK_ID, bytes(ack.arguments()), attachments);
    }

    private void emit(String name, long ackId, List<byte[]> arguments, List<byte[]> attachments) {
        connection.say(SocketPacketEncoder.event(namespace, ackId, attachments.size(), name, arguments), attachments);
    }

    private void acknowledge(long ackId, List<byte[]> arguments, List<byte[]> attachments) {
        if (ackId != SocketPacket.NO_ACK_ID) {
            connection.say(SocketPacketEncoder.ack(namespace, ackId, attachments.size(), arguments), attachments);
        }
    }

    private static List<byte[]> bytes(List<JsonText> arguments) {
        return arguments.stream().map(JsonText::toBytes).toList();
    }

    @Override
    public void left(boolean mayComeBack) {
        gone = true;
    }

    @Override
    public void disconnect(Disconnect reason) {
        gone = true;
    }
}
