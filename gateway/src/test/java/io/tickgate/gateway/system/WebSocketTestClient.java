package io.tickgate.gateway.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.tickgate.gateway.GatewayFixture;

/** A client of {@code /ws} on the JDK's own WebSocket. */
final class WebSocketTestClient implements TestClient, WebSocket.Listener {
    private static final int PATIENCE_SECONDS = 30;

    /** How the connection ended. */
    record Close(int code, String reason) {}

    private final Inbox inbox = new Inbox();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final StringBuilder frame = new StringBuilder();
    private final WebSocket socket;

    /** @param token null for none */
    WebSocketTestClient(HttpClient http, URI uri, String token) {
        WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols("tickgate.v1.json");
        if (token != null) {
            builder.header("authorization", "Bearer " + token);
        }
        socket = builder.buildAsync(uri, this).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
        frame.append(part);
        if (last) {
            String text = frame.toString();
            frame.setLength(0);
            text.lines().map(GatewayFixture::json).forEach(this::onMessage);
        }
        webSocket.request(1);
        return null;
    }

    private void onMessage(JsonNode message) {
        CompletableFuture<JsonNode> answer = message.path("id").isInt()
                ? asked.remove(message.path("id").asInt())
                : null;
        if (!message.has("op")) {
            inbox.add(new Update(message.path("channel").asText(), message.path("seq").asLong(), message.path("data")));
        } else {
            // In the inbox too, so that its place among the updates can be seen.
            inbox.addControl(message);
        }
        if (answer != null) {
            answer.complete(message);
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(new Close(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(new Close(1006, error.toString()));
    }

    /** Sends a command with a fresh id and waits for its answer. */
    JsonNode ask(String op, ObjectNode fields) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        send(fields.put("op", op).put("id", id).toString());
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    void send(String text) {
        socket.sendText(text, true).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    static ObjectNode fields() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode channels(String... channels) {
        ObjectNode fields = fields();
        var array = fields.putArray("channels");
        for (String channel : channels) {
            array.add(channel);
        }
        return fields;
    }

    @Override
    public Answer subscribe(String... channels) {
        return Answer.of(ask("subscribe", channels(channels)));
    }

    @Override
    public void unsubscribe(String... channels) {
        ask("unsubscribe", channels(channels));
    }

    @Override
    public String sendNonsense() {
        return ask("make-coffee", fields()).path("code").asText();
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public boolean isOpen() {
        return !closed.isDone();
    }

    Close awaitClose() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        if (isOpen()) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
            awaitClose();
        }
        socket.abort();
    }
}
