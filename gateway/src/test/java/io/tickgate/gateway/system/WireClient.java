package io.tickgate.gateway.system;

import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.tickgate.gateway.GatewayFixture;

/**
 * A client over a blocking socket that reads a message when it is told to, and is gone without a word when it is closed. Belongs
 * to one thread at a time.
 */
abstract sealed class WireClient implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** The transports. */
    enum Way {
        WEBSOCKET {
            @Override
            WireClient connect(int port) throws IOException {
                return new OverWebSocket(port);
            }
        },
        SSE {
            @Override
            WireClient connect(int port) {
                return new OverEventStream(port);
            }
        },
        SOCKETIO {
            @Override
            WireClient connect(int port) throws IOException {
                return new OverSocketIo(port);
            }
        };

        abstract WireClient connect(int port) throws IOException;
    }

    private final List<Inbox.Entry> log = new ArrayList<>();
    private final Deque<Inbox.Entry> unread = new ArrayDeque<>();
    private int writes;

    /** What a subscribe asks for, to be completed by {@code interval}, {@code resume}, or {@code lastEventId}. */
    static ObjectNode channels(String... channels) {
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        var array = wish.putArray("channels");
        for (String channel : channels) {
            array.add(channel);
        }
        return wish;
    }

    /** The same with an interval. */
    static ObjectNode every(int intervalMs, String... channels) {
        return channels(channels).put("interval", intervalMs);
    }

    /** Subscribes, and reads up to the answer. A stream is another one then. */
    final Answer subscribe(ObjectNode wish) throws IOException {
        askFor(wish);
        return Answer.of(readUntilControl("subscribed"));
    }

    /** Leaves channels, and reads up to the answer. A stream is left as a whole. */
    void unsubscribe(String... channels) throws IOException {
        askToLeave(channels(channels));
        readUntilControl("unsubscribed");
    }

    abstract void askFor(ObjectNode wish) throws IOException;

    abstract void askToLeave(ObjectNode channels) throws IOException;

    /** Reads what the gateway has written at once, and takes it apart. */
    abstract void read() throws IOException;

    /** The next message, once it is there. */
    final Inbox.Entry next() throws IOException {
        int before = log.size();
        readUntil(client -> client.log.size() > before);
        return log.getLast();
    }

    /** Reads on until enough is there, which may be an event id that comes without a message. */
    final void readUntil(Predicate<WireClient> enough) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!enough.test(this)) {
            if (!unread.isEmpty()) {
                log.add(unread.remove());
                deadline = System.nanoTime() + PATIENCE_NANOS;
            } else if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("nothing but signs of life after " + (log.isEmpty() ? "" : log.getLast()));
            } else {
                read();
            }
        }
    }

    /** Reads on until the update {@code {"n":n}} of each of these channels. */
    final void readUntil(int n, String... channels) throws IOException {
        for (String channel : channels) {
            readUntil(client -> client.updates(channel).stream().anyMatch(update -> update.n() == n));
        }
    }

    private JsonNode readUntilControl(String op) throws IOException {
        while (true) {
            if (next() instanceof Inbox.Entry.Control(JsonNode message) && message.path("op").asText().equals(op)) {
                return message;
            }
        }
    }

    /** All that was read and not forgotten, in order. */
    final List<Inbox.Entry> log() {
        return log;
    }

    /** Of one channel. */
    final List<Update> updates(String channel) {
        List<Update> updates = new ArrayList<>();
        for (Inbox.Entry entry : log) {
            if (entry instanceof Inbox.Entry.Updated(Update update) && update.channel().equals(channel)) {
                updates.add(update);
            }
        }
        return updates;
    }

    /** With that {@code op}; answers to Socket.IO's events are given the one that they have on a WebSocket. */
    final List<JsonNode> controls(String op) {
        List<JsonNode> controls = new ArrayList<>();
        for (Inbox.Entry entry : log) {
            if (entry instanceof Inbox.Entry.Control(JsonNode message) && message.path("op").asText().equals(op)) {
                controls.add(message);
            }
        }
        return controls;
    }

    /** Forgets what was read. */
    final void forget() {
        log.clear();
        writes = 0;
    }

    /** Into how many pieces the updates were put that were read: frames, or what ends in an event id. Unknown to Socket.IO. */
    final int writes() {
        return writes;
    }

    final void countWrite() {
        writes++;
    }

    /** The last event id of a stream, null elsewhere. */
    String lastEventId() {
        return null;
    }

    /** Whether what was read last can be resumed after: events without ids come once more. */
    boolean isResumable() {
        return true;
    }

    final void arrived(Inbox.Entry entry) {
        unread.add(entry);
    }

    final void arrivedUpdate(JsonNode envelope, JsonNode payload) {
        arrived(new Inbox.Entry.Updated(
                new Update(envelope.path("channel").asText(), envelope.path("seq").asLong(), payload)));
    }

    @Override
    public abstract void close();

    private static final class OverWebSocket extends WireClient {
        private final RawSocket socket;

        OverWebSocket(int port) throws IOException {
            socket = RawSocket.connect(port).upgrade("/ws?batch=1");
        }

        @Override
        void askFor(ObjectNode wish) throws IOException {
            socket.sendText(wish.put("op", "subscribe").toString());
        }

        @Override
        void askToLeave(ObjectNode channels) throws IOException {
            socket.sendText(channels.put("op", "unsubscribe").toString());
        }

        @Override
        void read() throws IOException {
            RawSocket.Frame frame = socket.readFrame();
            if (frame.opcode == RawSocket.CLOSE) {
                throw new EOFException("closed with " + frame.closeCode());
            }
            if (frame.opcode != RawSocket.TEXT) {
                return;
            }
            boolean updates = false;
            for (String line : frame.text().split("\n")) {
                JsonNode message = GatewayFixture.json(line);
                if (message.has("op")) {
                    arrived(new Inbox.Entry.Control(message));
                } else {
                    updates = true;
                    arrivedUpdate(message, message.path("data"));
                }
            }
            if (updates) {
                countWrite();
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static final class OverEventStream extends WireClient {
        private final int port;
        private RawSocket socket;
        private String lastEventId;
        private boolean resumable;

        OverEventStream(int port) {
            this.port = port;
        }

        @Override
        void askFor(ObjectNode wish) throws IOException {
            close();
            List<String> channels = new ArrayList<>();
            wish.path("channels")
                    .forEach(each -> channels.add(URLEncoder.encode(each.asText(), StandardCharsets.UTF_8)));
            String id = wish.path("lastEventId").asText();
            socket = RawSocket.connect(port);
            // HTTP/1.0 has no chunks.
            socket.send("GET /events?channels=" + String.join(",", channels) + "&interval="
                    + wish.path("interval").asInt() + " HTTP/1.0\r\nAccept: text/event-stream\r\n"
                    + (id.isEmpty() ? "" : "Last-Event-ID: " + id + "\r\n") + "\r\n");
            String head = socket.readUntil("\r\n\r\n");
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new AssertionError(head);
            }
        }

        @Override
        void unsubscribe(String... channels) {
            close();
        }

        @Override
        void askToLeave(ObjectNode channels) {
            close();
        }

        @Override
        void read() throws IOException {
            String event = "";
            resumable = false;
            for (String line : socket.readUntil("\n\n").split("\n")) {
                if (line.startsWith("id: ")) {
                    lastEventId = line.substring("id: ".length());
                    resumable = true;
                    countWrite();
                } else if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    JsonNode message = GatewayFixture.json(line.substring("data: ".length()));
                    if (event.equals("control")) {
                        arrived(new Inbox.Entry.Control(message));
                    } else {
                        arrivedUpdate(message, message.path("data"));
                    }
                }
            }
        }

        @Override
        String lastEventId() {
            return lastEventId;
        }

        @Override
        boolean isResumable() {
            return resumable;
        }

        @Override
        public void close() {
            if (socket != null) {
                socket.close();
            }
        }
    }

    private static final class OverSocketIo extends WireClient {
        private static final Map<String, String> ANSWERS = Map.of("subscribe", "subscribed", "unsubscribe",
                "unsubscribed");

        private final RawSocket socket;
        /** What the acknowledgements that are still to come will mean. */
        private final Deque<String> asked = new ArrayDeque<>();

        OverSocketIo(int port) throws IOException {
            socket = RawSocket.connect(port).upgrade("/socket.io/?EIO=4&transport=websocket&meta=1");
            socket.sendText("40");
        }

        @Override
        void askFor(ObjectNode wish) throws IOException {
            emit("subscribe", wish);
        }

        @Override
        void askToLeave(ObjectNode channels) throws IOException {
            emit("unsubscribe", channels.path("channels"));
        }

        private void emit(String event, JsonNode argument) throws IOException {
            asked.add(ANSWERS.get(event));
            socket.sendText("420[\"" + event + "\"," + argument + "]");
        }

        @Override
        void read() throws IOException {
            RawSocket.Frame frame = socket.readFrame();
            if (frame.opcode != RawSocket.TEXT) {
                throw new EOFException("closed");
            }
            String packet = frame.text();
            if (packet.equals("2")) {
                socket.sendText("3");
            } else if (packet.startsWith("430")) {
                ObjectNode answer = (ObjectNode) GatewayFixture.json(packet.substring(3)).get(0);
                arrived(new Inbox.Entry.Control(answer.put("op", asked.remove())));
            } else if (packet.startsWith("42[\"control\",")) {
                arrived(new Inbox.Entry.Control(GatewayFixture.json(packet.substring(2)).get(1)));
            } else if (packet.startsWith("42[") && !packet.startsWith("42[\"connected\",")) {
                JsonNode arguments = GatewayFixture.json(packet.substring(2));
                arrivedUpdate(arguments.get(2), arguments.get(1));
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
