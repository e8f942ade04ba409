package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What Socket.IO clients may send, and how many there may be. */
public record SocketIoSettings(
        @Setting(value = "Bytes of one polling body or WebSocket message from a Socket.IO client, 128 to 16777216; larger ones are refused", preset = "65536") int socketIoMaxPayloadBytes,

        @Setting(value = "Socket.IO connections on one event loop, 1 to 10000000; further handshakes are answered 429", preset = "100000") int socketIoMaxConnections,

        @Setting(value = "Socket.IO namespaces besides /, e.g. /desk, separated by commas; others are refused") List<String> socketIoNamespaces) {

    static final int MAX_NAMESPACE_BYTES = 255;

    public SocketIoSettings {
        Require.range("socketIoMaxPayloadBytes", socketIoMaxPayloadBytes, 128, 16 << 20);
        Require.range("socketIoMaxConnections", socketIoMaxConnections, 1, 10_000_000);
        socketIoNamespaces = List.copyOf(socketIoNamespaces);
        for (String namespace : socketIoNamespaces) {
            boolean fits = namespace.getBytes(StandardCharsets.UTF_8).length <= MAX_NAMESPACE_BYTES;
            Require.that(fits && namespace.matches("/[^,\\p{Cntrl}]+"), "socketIoNamespaces", "'" + namespace + "'",
                    "a slash and then at most 254 bytes without comma");
        }
    }
}
