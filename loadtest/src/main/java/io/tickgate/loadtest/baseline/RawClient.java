package io.tickgate.loadtest.baseline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.wire.WebSocketFrames;

/**
 * One connection of the raw loop: HTTP request, then a WebSocket, an event stream or Socket.IO on a WebSocket. Owned by the loop; what
 * the socket does not take waits in at most 4 MiB, then it is closed.
 */
final class RawClient {
    private static final int MAX_BACKLOG_BYTES = 4 << 20;
    private static final int MAX_INPUT_BYTES = 64 << 10;
    private static final Pattern KEY = Pattern.compile("(?i)\r\nsec-websocket-key: *([^\r]+)");
    private static final Pattern OFFER = Pattern.compile("(?i)\r\nsec-websocket-extensions: *permessage-deflate");
    private static final String AGREED = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";
    private static final String OPEN = "0{\"sid\":\"raw\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":65536}";

    private final RawServer server;
    private final SocketChannel socket;
    private SelectionKey key;
    private ByteBuffer in = ByteBuffer.allocate(512);
    /** What the socket did not take, in writing position; null when nothing waits. */
    private ByteBuffer backlog;
    /** Null until the request has come. */
    private Kind kind;
    private boolean deflated;

    RawClient(RawServer server, SocketChannel socket) {
        this.server = server;
        this.socket = socket;
    }

    void registered(SelectionKey registration) {
        key = registration;
    }

    void onReady(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                drain();
            }
            if (ready.isReadable()) {
                read();
            }
        } catch (IOException e) {
            close();
        }
    }

    /** Writes a frame, or what is possible of it now; false if the connection is gone. */
    boolean write(ByteBuffer frame) {
        try {
            if (backlog == null) {
                socket.write(frame);
                if (!frame.hasRemaining()) {
                    return true;
                }
                backlog = ByteBuffer.allocateDirect(64 << 10);
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
            return keep(frame);
        } catch (IOException e) {
            close();
            return false;
        }
    }

    private boolean keep(ByteBuffer frame) {
        if (backlog.remaining() < frame.remaining()) {
            int needed = backlog.position() + frame.remaining();
            if (needed > MAX_BACKLOG_BYTES) {
                close();
                return false;
            }
            backlog = ByteBuffer.allocateDirect(2 * needed).put(backlog.flip());
        }
        backlog.put(frame);
        return true;
    }

    private void drain() throws IOException {
        backlog.flip();
        socket.write(backlog);
        backlog.compact();
        if (backlog.position() == 0) {
            backlog = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void read() throws IOException {
        if (!in.hasRemaining()) {
            if (in.capacity() >= MAX_INPUT_BYTES) {
                throw new IOException("a command is too long");
            }
            in = ByteBuffer.allocate(2 * in.capacity()).put(in.flip());
        }
        if (socket.read(in) < 0) {
            close();
            return;
        }
        in.flip();
        if (kind == null) {
            request();
        }
        boolean more = kind == Kind.WS || kind == Kind.SIO;
        while (more) {
            more = frame();
        }
        in.compact();
    }

    private void request() {
        String head = StandardCharsets.ISO_8859_1.decode(in.duplicate()).toString();
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        in.position(in.position() + end + 4);
        String target = head.split(" ", 3)[1];
        Matcher nonce = KEY.matcher(head);
        if (nonce.find()) {
            kind = target.startsWith("/socket.io/") ? Kind.SIO : Kind.WS;
            deflated = server.deflates() && OFFER.matcher(head).find();
            send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + WebSocketFrames.accept(nonce.group(1).strip()) + "\r\n" + (deflated ? AGREED : "") + "\r\n");
            if (kind == Kind.SIO) {
                sendText(OPEN);
            }
        } else if (target.startsWith("/events")) {
            kind = Kind.SSE;
            send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n");
            List<String> names = join(target);
            String event = "event: control\ndata: " + subscribed(names) + "\n\n";
            write(ByteBuffer.wrap(RawRoom.chunk(event.getBytes(StandardCharsets.US_ASCII))));
        } else {
            send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
    }

    /** Takes one masked frame out of {@code in}; false if none is complete. */
    private boolean frame() {
        if (in.remaining() < 6) {
            return false;
        }
        int at = in.position();
        int size = in.get(at + 1) & 0x7f;
        int headBytes = size == 126 ? 4 : 2;
        int length = size == 126 ? in.getShort(at + 2) & 0xffff : size;
        if (size == 127 || in.remaining() < headBytes + 4 + length) {
            return false;
        }
        byte[] payload = new byte[length];
        in.get(at + headBytes + 4, payload);
        for (int i = 0; i < length; i++) {
            payload[i] ^= in.get(at + headBytes + (i & 3));
        }
        in.position(at + headBytes + 4 + length);
        if ((in.get(at) & 0x0f) == WebSocketFrames.TEXT) {
            onText(new String(payload, StandardCharsets.UTF_8));
        }
        return true;
    }

    private void onText(String text) {
        if (kind == Kind.WS) {
            sendText(subscribed(join(text)));
        } else if (text.startsWith("40")) {
            sendText("40{\"sid\":\"raw\"}");
        } else if (text.startsWith("42")) {
            join(text);
            sendText("43" + text.substring(2, text.indexOf('[')) + "[{\"ok\":true}]");
        }
    }

    private List<String> join(String command) {
        List<String> names = server.channelsIn(command);
        names.forEach(name -> server.room(name).join(kind, deflated, this));
        return names;
    }

    private static String subscribed(List<String> names) {
        return names.stream().map(name -> "{\"channel\":\"" + name + "\"}")
                .collect(Collectors.joining(",", "{\"op\":\"subscribed\",\"channels\":[", "]}"));
    }

    private void sendText(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        write(ByteBuffer.wrap(WebSocketFrames.fromServer(WebSocketFrames.TEXT, payload)));
    }

    private void send(String text) {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
