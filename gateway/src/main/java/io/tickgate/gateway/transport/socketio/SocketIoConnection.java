package io.tickgate.gateway.transport.socketio;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.socketio.Attachments;
import io.tickgate.protocol.socketio.JsonText;
import io.tickgate.protocol.socketio.SocketIoFault;
import io.tickgate.protocol.socketio.SocketPacket;
import io.tickgate.protocol.socketio.SocketPacketEncoder;
import io.tickgate.protocol.socketio.SocketProtocol;

/**
 * One client's Socket.IO over an Engine.IO connection: its packets with their attachments, and the namespaces that it is in. Owned
 * by the connection's loop; at most as many namespaces as are served, and one packet that waits for attachments.
 */
final class SocketIoConnection implements EngineListener {
    private final EngineConnection engine;
    private final EngineLoop loop;
    private final SocketProtocol protocol;
    private final SocketIoService.Admission admission;
    private final Attachments attachments;
    private final Deadline connect;
    private final Map<String, NamespaceSocket> sockets = LinkedHashMap.newLinkedHashMap(1);

    SocketIoConnection(EngineConnection engine, EngineLoop loop, SocketIoService service, Request handshake) {
        this.engine = engine;
        this.loop = loop;
        this.protocol = engine.generation().socket();
        this.attachments = new Attachments(loop.limits().maxAttachmentBytes());
        this.connect = new Deadline(() -> engine.end(Disconnect.NORMAL));
        this.admission = service.begin(this, handshake);
    }

    EngineConnection engine() {
        return engine;
    }

    Link link() {
        return engine.link();
    }

    SocketProtocol protocol() {
        return protocol;
    }

    // ---- packets

    @Override
    public void onOpen() {
        loop.awaitConnect(connect);
        if (protocol.joinsMainNamespace()) {
            try {
                connect(SocketPacket.MAIN_NAMESPACE, null);
            } catch (IOException impossible) {
                throw new IllegalStateException("the client has said nothing yet", impossible);
            }
        }
    }

    @Override
    public void onText(ByteBuf text) {
        try {
            if (attachments.areDue()) {
                throw SocketIoFault.UNEXPECTED_ATTACHMENT;
            }
            SocketPacket packet = protocol.decode(text);
            if (packet instanceof SocketPacket.WithArguments announcing && announcing.attachments() > 0) {
                await(announcing);
            } else {
                onPacket(packet, List.of());
            }
        } catch (SocketIoFault malformed) {
            refuse(malformed);
        }
    }

    private void await(SocketPacket.WithArguments announcing) {
        if (connected(announcing.namespace()) == null) {
            engine.refuse();
        } else {
            attachments.await(announcing);
        }
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        try {
            SocketPacket whole = attachments.add(bytes);
            if (whole != null) {
                onPacket(whole, attachments.take());
            }
        } catch (SocketIoFault malformed) {
            refuse(malformed);
        }
    }

    private void refuse(SocketIoFault fault) {
        if (fault.isAboutAttachments()) {
            loop.shard().metrics().increment(Counter.ATTACHMENTS_REFUSED);
        }
        engine.refuse();
    }

    private void onPacket(SocketPacket packet, List<byte[]> parts) {
        try {
            if (packet instanceof SocketPacket.Connect(String namespace, JsonText auth)) {
                connect(namespace, auth);
                return;
            }
            NamespaceSocket socket = connected(packet.namespace());
            if (socket == null) {
                engine.refuse();
                return;
            }
            switch (packet) {
                case SocketPacket.Event event -> socket.onEvent(event, parts);
                case SocketPacket.Ack ack -> socket.onAck(ack, parts);
                case SocketPacket.Disconnect _ -> leave(socket);
                case SocketPacket.Connect _,SocketPacket.ConnectError _ -> engine.refuse();
            }
        } catch (MalformedMessage | IOException malformed) {
            engine.refuse();
        }
    }

    /** The client's place in a namespace, null if it has not been let in. */
    private NamespaceSocket connected(String namespace) {
        NamespaceSocket socket = sockets.get(namespace);
        return socket == null || !socket.isConnected() ? null : socket;
    }

    // ---- namespaces

    private void connect(String namespace, JsonText auth) throws IOException {
        if (sockets.containsKey(namespace)) {
            engine.refuse();
        } else if (!admission.admit(namespace, auth)) {
            engine.say(protocol.connectError(namespace, "Invalid namespace", null));
        }
    }

    /** The client is let into a namespace, or will be. */
    void enter(NamespaceSocket socket) {
        sockets.put(socket.namespace(), socket);
        loop.cancel(connect);
    }

    private void leave(NamespaceSocket socket) {
        sockets.remove(socket.namespace(), socket);
        socket.left(false);
        if (sockets.isEmpty()) {
            loop.awaitConnect(connect);
        }
    }

    /** The shard has ended a session: whoever may come back loses the connection, others are told to stay away. */
    void onSessionEnded(NamespaceSocket socket, Disconnect reason) {
        // Else the connection has ended, and all of them with it.
        if (!sockets.remove(socket.namespace(), socket)) {
            return;
        }
        if (EngineConnection.staysAway(reason)) {
            link().write(SocketPacketEncoder.disconnect(socket.namespace()));
            if (!sockets.isEmpty()) {
                link().flush();
                return;
            }
        }
        engine.end(reason);
    }

    /** Sends a packet that belongs to no session, and its attachments, within the connection's bound. */
    void say(byte[] packetText, List<byte[]> parts) {
        link().write(packetText);
        parts.forEach(link()::writeBinary);
        engine.flush();
    }

    // ---- the connection

    @Override
    public void onMoved() {
        sockets.values().forEach(NamespaceSocket::onMoved);
    }

    @Override
    public void onDrained() {
        // A copy, since a session that gets more may end.
        List.copyOf(sockets.values()).forEach(NamespaceSocket::onDrained);
    }

    @Override
    public void onEnd(Disconnect reason) {
        endAll().forEach(socket -> socket.disconnect(reason));
    }

    @Override
    public void onLeft() {
        endAll().forEach(socket -> socket.left(true));
    }

    private List<NamespaceSocket> endAll() {
        loop.cancel(connect);
        List<NamespaceSocket> all = List.copyOf(sockets.values());
        sockets.clear();
        return all;
    }
}
