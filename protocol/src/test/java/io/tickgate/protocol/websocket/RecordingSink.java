package io.tickgate.protocol.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Writes down what a decoder hands out. */
final class RecordingSink implements WebSocketDecoder.Sink {
    final List<String> seen = new ArrayList<>();

    @Override
    public void onText(ByteBuf text) {
        seen.add("text " + text.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onBinary(ByteBuf bytes) {
        seen.add("binary " + ByteBufUtil.hexDump(bytes));
    }

    @Override
    public void onPing(ByteBuf payload) {
        seen.add("ping " + payload.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onPong(ByteBuf payload) {
        seen.add("pong " + payload.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onClose(int code, String reason) {
        seen.add("close " + code + " " + reason);
    }
}
