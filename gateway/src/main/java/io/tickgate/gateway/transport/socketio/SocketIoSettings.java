package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What Socket.IO clients may send, how many there may be, how long they are waited for, and how long they may be away. */
public record SocketIoSettings(
        @Setting(value = "Bytes of one polling body or WebSocket message from a Socket.IO client, 128 to 16777216; larger ones are refused", preset = "65536") int socketIoMaxPayloadBytes,

        @Setting(value = "Socket.IO connections on one event loop, 1 to 10000000; further handshakes are answered 429", preset = "100000") int socketIoMaxConnections,

        @Setting(value = "Socket.IO namespaces besides /, e.g. /desk, separated by commas; others are refused") List<String> socketIoNamespaces,

        @Setting(value = "Whether every Socket.IO session can be recovered by a client that comes back, rather than those that ask for it by recover in auth", preset = "false") boolean socketIoRecovery,

        @Setting(value = "Milliseconds a Socket.IO client that wants to be recovered may be away, 100 to 86400000; no longer than its channels' histories reach back", preset = "120000") int socketIoRecoveryMs,

        @Setting(value = "Socket.IO sessions remembered of clients that are away, 0 to 10000000: beyond that those away for longest are forgotten; 0 is no recovery", preset = "10000") int socketIoRecoverySessions,

        @Setting(value = "Milliseconds a Socket.IO client may take to answer a heartbeat, 100 to 600000; it is closed after that", preset = "20000") int socketIoPingTimeoutMs,

        @Setting(value = "Milliseconds a Socket.IO connection may be without any namespace, 100 to 600000", preset = "45000") int socketIoConnectTimeoutMs,

        @Setting(value = "Bytes of all binary attachments of one Socket.IO packet, 0 to 268435456; the connection of whoever sends more is closed", preset = "262144") int socketIoMaxAttachmentBytes) {

    static final int MAX_NAMESPACE_BYTES = 255;

    public SocketIoSettings {
        Require.range("socketIoMaxPayloadBytes", socketIoMaxPayloadBytes, 128, 16 << 20);
        Require.range("socketIoMaxConnections", socketIoMaxConnections, 1, 10_000_000);
        Require.range("socketIoRecoveryMs", socketIoRecoveryMs, 100, 86_400_000);
        Require.range("socketIoRecoverySessions", socketIoRecoverySessions, 0, 10_000_000);
        Require.range("socketIoPingTimeoutMs", socketIoPingTimeoutMs, 100, 600_000);
        Require.range("socketIoConnectTimeoutMs", socketIoConnectTimeoutMs, 100, 600_000);
        Require.range("socketIoMaxAttachmentBytes", socketIoMaxAttachmentBytes, 0, 256 << 20);
        socketIoNamespaces = List.copyOf(socketIoNamespaces);
        for (String namespace : socketIoNamespaces) {
            boolean fits = namespace.getBytes(StandardCharsets.UTF_8).length <= MAX_NAMESPACE_BYTES;
            Require.that(fits && namespace.matches("/[^,\\p{Cntrl}]+"), "socketIoNamespaces", "'" + namespace + "'",
                    "a slash and then at most 254 bytes without comma");
        }
    }
}
