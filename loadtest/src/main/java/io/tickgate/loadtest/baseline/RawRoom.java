package io.tickgate.loadtest.baseline;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.wire.WebSocketFrames;

/** One channel's subscribers. Owned by the loop; a payload is framed once per kind that somebody here speaks. */
final class RawRoom {
    private final String channel;
    private final String event;
    private final Map<Kind, List<RawClient>> members = new EnumMap<>(Kind.class);
    private ByteBuffer frame = ByteBuffer.allocateDirect(4_096);
    private long seq;

    RawRoom(String channel) {
        this.channel = channel;
        this.event = channel.replaceFirst(":.*", "") + "_update";
    }

    void join(Kind kind, RawClient client) {
        members.computeIfAbsent(kind, any -> new ArrayList<>()).add(client);
    }

    /** One write per subscriber. */
    void broadcast(byte[] payload) {
        seq++;
        members.forEach((kind, clients) -> {
            fill(kind, payload);
            for (int i = clients.size() - 1; i >= 0; i--) {
                frame.rewind();
                if (!clients.get(i).write(frame)) {
                    RawClient last = clients.removeLast();
                    if (i < clients.size()) {
                        clients.set(i, last);
                    }
                }
            }
        });
    }

    private void fill(Kind kind, byte[] payload) {
        byte[] bytes = switch (kind) {
            case WS -> text(envelope(), payload, "}");
            case SIO -> text("42[\"" + event + "\",", payload, "]");
            case SSE -> chunk(join("id: raw-" + seq + "\ndata: " + envelope(), payload, "}\n\n"));
        };
        if (frame.capacity() < bytes.length) {
            frame = ByteBuffer.allocateDirect(2 * bytes.length);
        }
        frame.clear().put(bytes).flip();
    }

    private String envelope() {
        return "{\"channel\":\"" + channel + "\",\"seq\":" + seq + ",\"data\":";
    }

    /** One chunk of an HTTP/1.1 response body (RFC 9112 §7.1). */
    static byte[] chunk(byte[] content) {
        return join(Integer.toHexString(content.length) + "\r\n", content, "\r\n");
    }

    private static byte[] text(String before, byte[] payload, String after) {
        return WebSocketFrames.fromServer(WebSocketFrames.TEXT, join(before, payload, after));
    }

    private static byte[] join(String before, byte[] middle, String after) {
        return ByteBuffer.allocate(before.length() + middle.length + after.length())
                .put(before.getBytes(StandardCharsets.US_ASCII)).put(middle)
                .put(after.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
