package io.tickgate.gateway.transport.socketio;

/**
 * How long Engine.IO clients are waited for, and how much they may send. Immutable.
 *
 * @param pingIntervalMs from one heartbeat to the next
 * @param pingTimeoutMs how long the other side may take to answer one, and to fetch the last packets of a connection that has ended
 * @param connectTimeoutMs how long a connection may be without any namespace
 * @param maxPayloadBytes of one polling body or WebSocket message
 * @param maxAttachmentBytes of all attachments of one packet
 * @param maxConnections on one event loop
 */
public record EngineLimits(int pingIntervalMs, int pingTimeoutMs, int connectTimeoutMs, int maxPayloadBytes,
        int maxAttachmentBytes, int maxConnections) {

    /** @param pingIntervalMs the gateway's heartbeat */
    public static EngineLimits of(SocketIoSettings settings, int pingIntervalMs) {
        return new EngineLimits(pingIntervalMs, settings.socketIoPingTimeoutMs(), settings.socketIoConnectTimeoutMs(),
                settings.socketIoMaxPayloadBytes(), settings.socketIoMaxAttachmentBytes(),
                settings.socketIoMaxConnections());
    }

    /** The same with other values, where they are not 0. Attachments may be ten of the largest payload. */
    public EngineLimits with(int otherPingIntervalMs, int otherPingTimeoutMs, int otherConnectTimeoutMs,
            int otherMaxPayloadBytes) {
        int payloadBytes = or(otherMaxPayloadBytes, maxPayloadBytes);
        return new EngineLimits(or(otherPingIntervalMs, pingIntervalMs), or(otherPingTimeoutMs, pingTimeoutMs),
                or(otherConnectTimeoutMs, connectTimeoutMs), payloadBytes,
                Math.max(maxAttachmentBytes, Math.multiplyExact(10, payloadBytes)), maxConnections);
    }

    private static int or(int value, int otherwise) {
        return value == 0 ? otherwise : value;
    }
}
