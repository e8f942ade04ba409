package io.tickgate.gateway.transport.socketio;

import java.util.Map;

import io.tickgate.protocol.engineio.EngineProtocol;
import io.tickgate.protocol.engineio.EngineProtocol3;
import io.tickgate.protocol.engineio.EngineProtocol4;
import io.tickgate.protocol.socketio.SocketPacketLimits;
import io.tickgate.protocol.socketio.SocketProtocol;
import io.tickgate.protocol.socketio.SocketProtocol4;
import io.tickgate.protocol.socketio.SocketProtocol5;

/**
 * Clients of one age: the protocols that go together, and all else that is different for them. Owned by one loop.
 *
 * @param polling how updates are carried by polling
 * @param clientBeats whether the heartbeat is the client's
 */
record Generation(EngineProtocol engine, SocketProtocol socket, EventFormat.Carriage polling, boolean clientBeats) {
    private static final int MAX_PACKETS_PER_PAYLOAD = 4_096;
    private static final int MAX_ATTACHMENTS = 10;
    private static final int MAX_ARGUMENTS = 16;
    private static final int MAX_DEPTH = 64;
    /** A token is part of the namespace's name there, and as long as in a URL. */
    private static final int MAX_QUERY_BYTES = 8_192;

    /** All that are served, by what clients say in the parameter {@code EIO}. */
    static Map<String, Generation> byVersion(EngineLimits limits) {
        int maxBytes = limits.maxPayloadBytes();
        return Map.of(
                "3", new Generation(new EngineProtocol3(maxBytes, MAX_PACKETS_PER_PAYLOAD),
                        new SocketProtocol4(packetLimits(SocketIoSettings.MAX_NAMESPACE_BYTES + MAX_QUERY_BYTES)),
                        EventFormat.Carriage.COUNTED_POLLING, true),
                "4", new Generation(new EngineProtocol4(maxBytes, MAX_PACKETS_PER_PAYLOAD),
                        new SocketProtocol5(packetLimits(SocketIoSettings.MAX_NAMESPACE_BYTES)),
                        EventFormat.Carriage.POLLING, false));
    }

    private static SocketPacketLimits packetLimits(int namespaceBytes) {
        return new SocketPacketLimits(MAX_ATTACHMENTS, namespaceBytes, MAX_ARGUMENTS, MAX_DEPTH);
    }
}
