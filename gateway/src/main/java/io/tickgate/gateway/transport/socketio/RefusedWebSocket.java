package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.http.WebSocketConnection;
import io.tickgate.protocol.message.Disconnect;

/** A WebSocket that names a connection which has moved to another one, or is about to: closed at once. Stateless. */
final class RefusedWebSocket implements WebSocketConnection.Listener {

    void close(WebSocketConnection connection) {
        connection.close(Disconnect.NORMAL.code(), Disconnect.NORMAL.word());
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
