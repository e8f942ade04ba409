package io.tickgate.loadtest.baseline;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.wire.WebSocketFrames;

/** One channel's subscribers. Owned by the loop; a payload is framed once per form in which somebody here takes it. */
final class RawRoom {
    private static final int SYNC_MARK_BYTES = 4;
    /** More than deflate adds to what a payload may be. */
    private static final int DEFLATE_OVERHEAD_BYTES = 1_024;

    private final String channel;
    private final String event;
    private final Map<Form, List<RawClient>> members = new HashMap<>();
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private ByteBuffer frame = ByteBuffer.allocateDirect(4_096);
    private long seq;

    /** What a subscriber's bytes depend on. */
    private record Form(Kind kind, boolean deflated) {}

    RawRoom(String channel) {
        this.channel = channel;
        this.event = channel.replaceFirst(":.*", "") + "_update";
    }

    void join(Kind kind, boolean deflated, RawClient client) {
        members.computeIfAbsent(new Form(kind, deflated), any -> new ArrayList<>()).add(client);
    }

    /** One write per subscriber. */
    void broadcast(byte[] payload) {
        seq++;
        members.forEach((form, clients) -> {
            fill(form, payload);
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

    private void fill(Form form, byte[] payload) {
        byte[] bytes = switch (form.kind()) {
            case WS -> text(join(envelope(), payload, "}"), form.deflated());
            case SIO -> text(join("42[\"" + event + "\",", payload, "]"), form.deflated());
            case H2 -> throw new IllegalArgumentException("the raw loop speaks no HTTP/2");
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

    private byte[] text(byte[] content, boolean deflated) {
        return deflated
                ? WebSocketFrames.deflatedFromServer(deflate(content))
                : WebSocketFrames.fromServer(WebSocketFrames.TEXT, content);
    }

    /** By itself, without the four bytes that RFC 7692 §7.2.1 leaves out. */
    private byte[] deflate(byte[] content) {
        byte[] block = new byte[content.length + DEFLATE_OVERHEAD_BYTES];
        deflater.reset();
        deflater.setInput(content);
        int length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(block, length - SYNC_MARK_BYTES);
    }

    private static byte[] join(String before, byte[] middle, String after) {
        return ByteBuffer.allocate(before.length() + middle.length + after.length())
                .put(before.getBytes(StandardCharsets.US_ASCII)).put(middle)
                .put(after.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
