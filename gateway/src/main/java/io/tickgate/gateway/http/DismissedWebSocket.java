package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Disconnect;

/**
 * Listens to a client whose WebSocket was opened only to tell it why it is closed: a browser can't read the status of a refused
 * handshake. Stateless.
 */
public final class DismissedWebSocket implements WebSocketConnection.Listener {
    private static final DismissedWebSocket INSTANCE = new DismissedWebSocket();

    private DismissedWebSocket() {}

    /** Completes the opening handshake, and closes at once. */
    public static void dismiss(Exchange exchange, WebSocketOptions options, Disconnect reason) {
        exchange.upgradeToWebSocket(options, INSTANCE).close(reason.code(), reason.word());
    }

    @Override
    public void onText(ByteBuf text) {}

    @Override
    public void onBinary(ByteBuf bytes) {}

    @Override
    public void onAlive() {}

    @Override
    public void onClosed() {}
}
