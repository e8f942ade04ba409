package io.tickgate.gateway.transport.socketio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.socketio.SocketPacket;
import io.tickgate.protocol.socketio.SocketPacketEncoder;

/**
 * The namespaces that one connection's client is in, and how it gets into them. Owned by the connection's loop; at most as many
 * as are served.
 */
final class NamespaceSockets {
    private final EngineConnection engine;
    private final EngineLoop loop;
    private final Shard shard;
    private final Verdict identity;
    private final boolean meta;
    private final Map<String, NamespaceSocket> byNamespace = LinkedHashMap.newLinkedHashMap(1);

    /**
     * @param identity whom the handshake's token names
     * @param meta whether the handshake asked for the second argument
     */
    NamespaceSockets(EngineConnection engine, EngineLoop loop, Verdict identity, boolean meta) {
        this.engine = engine;
        this.loop = loop;
        this.shard = loop.shard();
        this.identity = identity;
        this.meta = meta;
    }

    boolean isEmpty() {
        return byNamespace.isEmpty();
    }

    /** The client's place in a namespace, or null. */
    NamespaceSocket in(String namespace) {
        return byNamespace.get(namespace);
    }

    void remove(NamespaceSocket socket) {
        byNamespace.remove(socket.namespace().name(), socket);
    }

    /**
     * The client wants to enter a namespace: it is let in, or told why not.
     *
     * @return whether it is not in there already
     * @throws IOException if what it says about itself exceeds a limit
     */
    boolean connect(SocketPacket.Connect packet) throws IOException {
        if (byNamespace.containsKey(packet.namespace())) {
            return false;
        }
        Namespace namespace = loop.namespace(packet.namespace());
        if (namespace == null) {
            engine.say(SocketPacketEncoder.connectError(packet.namespace(), "Invalid namespace", null));
            return true;
        }
        ConnectAuth auth = ConnectAuth.read(packet.data());
        switch (auth.token() == null ? identity : loop.authenticator().verify(auth.token())) {
            case Verdict.Accepted(Principal principal) -> {
                NamespaceSocket socket = new NamespaceSocket(engine, loop, namespace, meta || auth.meta());
                byNamespace.put(namespace.name(), socket);
                socket.open(principal, auth);
            }
            case Verdict.Rejected(ErrorCode code, String _) -> {
                shard.metrics().increment(Counter.TOKENS_REFUSED);
                byte[] data = ("{\"code\":\"" + code.word() + "\"}").getBytes(StandardCharsets.US_ASCII);
                engine.say(SocketPacketEncoder.connectError(namespace.name(), code.word(), data));
            }
        }
        return true;
    }

    /** The connection writes in another format from now on. */
    void changeFormat() {
        for (NamespaceSocket socket : byNamespace.values()) {
            if (socket.session() != null) {
                shard.changeFormat(socket.session());
            }
        }
    }

    /** What was pending has gone to the client. */
    void drained() {
        // A copy, since a session that gets more may end.
        for (NamespaceSocket socket : List.copyOf(byNamespace.values())) {
            Session session = socket.session();
            if (session != null) {
                shard.drained(session);
            }
        }
    }

    /** The client is gone from all of them. */
    void left() {
        byNamespace.values().forEach(socket -> socket.left(true));
    }

    void disconnect(Disconnect reason) {
        byNamespace.values().forEach(socket -> socket.disconnect(reason));
    }
}
