package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.tickgate.gateway.http.Request;
import io.tickgate.protocol.socketio.JsonText;
import io.tickgate.protocol.socketio.SocketPacket;

/** What Socket.IO's public test suite expects of a server, namespaces and all. Owned by one loop. */
final class EchoService implements SocketIoService {
    private static final Set<String> NAMESPACES = Set.of(SocketPacket.MAIN_NAMESPACE, "/custom");
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

    private final EngineLoop loop;

    EchoService(EngineLoop loop) {
        this.loop = loop;
    }

    @Override
    public Admission begin(SocketIoConnection connection, Request handshake) {
        return (namespace, auth) -> NAMESPACES.contains(namespace) && admit(connection, namespace, auth);
    }

    private boolean admit(SocketIoConnection connection, String namespace, JsonText auth) {
        EchoSocket socket = new EchoSocket(connection, loop.loop(), namespace,
                new AckRequests(loop.shard().metrics()));
        connection.enter(socket);
        socket.open(auth == null ? NOTHING : auth.toBytes());
        return true;
    }
}
