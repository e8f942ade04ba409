package io.tickgate.gateway.transport.websocket;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What WebSocket clients may send. */
public record WebSocketSettings(
        @Setting(value = "Bytes of one message from a WebSocket client, 128 to 16777216; a larger one closes with 1009", preset = "65536") int maxFrameBytes) {

    public WebSocketSettings {
        Require.range("maxFrameBytes", maxFrameBytes, 128, 16 << 20);
    }
}
