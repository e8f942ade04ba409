package io.tickgate.gateway.system;

import java.lang.reflect.Field;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;
import org.json.JSONArray;

import io.tickgate.gateway.GatewayFixture;

/** A client of {@code /socket.io/} on the Java socket.io-client, asking for {@code meta} to know each update's channel. */
final class SocketIoTestClient implements TestClient {
    private static final int PATIENCE_SECONDS = 30;

    private final Inbox inbox = new Inbox();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CompletableFuture<String> refused = new CompletableFuture<>();
    private final CompletableFuture<String> disconnected = new CompletableFuture<>();
    private final CompletableFuture<Void> upgraded = new CompletableFuture<>();
    private final boolean upgrades;
    private final OkHttpClient http;
    private final Socket socket;

    private SocketIoTestClient(URI uri, String token, String... transports) {
        http = new OkHttpClient.Builder().readTimeout(1, TimeUnit.MINUTES).build();
        IO.Options options = new IO.Options();
        options.forceNew = true;
        options.reconnection = false;
        options.transports = transports;
        upgrades = transports.length > 1;
        options.upgrade = upgrades;
        options.query = "meta=1";
        options.auth = token == null ? null : Map.of("token", token);
        options.callFactory = http;
        options.webSocketFactory = http;
        socket = IO.socket(uri, options);
        socket.on(Socket.EVENT_CONNECT, args -> connected.countDown());
        socket.on(Socket.EVENT_CONNECT_ERROR, args -> refused.complete(String.valueOf(args[0])));
        socket.on(Socket.EVENT_DISCONNECT, args -> disconnected.complete(String.valueOf(args[0])));
        socket.onAnyIncoming(this::onEvent);
        socket.io().once(Manager.EVENT_TRANSPORT, args -> engine().once(io.socket.engineio.client.Socket.EVENT_UPGRADE,
                ignored -> upgraded.complete(null)));
        socket.connect();
    }

    /** One that may be refused. */
    static SocketIoTestClient start(URI uri, String token, String... transports) {
        return new SocketIoTestClient(uri, token, transports);
    }

    /** @param transports what it may use, the first at once; with more than one it upgrades */
    static SocketIoTestClient connect(URI uri, String token, String... transports) {
        SocketIoTestClient client = new SocketIoTestClient(uri, token, transports);
        client.awaitConnected();
        return client;
    }

    /** The client's Engine.IO connection, which it does not show. */
    private io.socket.engineio.client.Socket engine() {
        try {
            Field engine = Manager.class.getDeclaredField("engine");
            engine.setAccessible(true);
            return (io.socket.engineio.client.Socket) engine.get(socket.io());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the client has no such field any more", e);
        }
    }

    private void awaitConnected() {
        try {
            if (!connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not connected: " + refused.getNow("nothing was said"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onEvent(Object... args) {
        JsonNode first = args.length < 2 ? null : json(args[1]);
        switch (String.valueOf(args[0])) {
            case "control" -> inbox.addControl(first);
            case "connected" -> inbox.addControl(((ObjectNode) first).put("op", "welcome"));
            default -> {
                JsonNode meta = json(args[2]);
                inbox.add(new Update(meta.path("channel").asText(), meta.path("seq").asLong(), first));
            }
        }
    }

    private static JsonNode json(Object argument) {
        return argument instanceof String text ? TextNode.valueOf(text) : GatewayFixture.json(String.valueOf(argument));
    }

    /** Emits an event and waits for its acknowledgement. */
    JsonNode ask(String event, Object argument) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        Ack ack = args -> answer.complete(GatewayFixture.json(String.valueOf(args[0])));
        socket.emit(event, new Object[]{argument}, ack);
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits for the other transport, if it asked for two. */
    void awaitUpgraded() {
        if (upgrades) {
            upgraded.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    /** The object of the CONNECT_ERROR. */
    JsonNode awaitRefused() {
        return GatewayFixture.json(refused.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }

    /** The reason that the client gives to its user. */
    String awaitDisconnected() {
        return disconnected.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private static JSONArray array(String... channels) {
        JSONArray array = new JSONArray();
        for (String channel : channels) {
            array.put(channel);
        }
        return array;
    }

    @Override
    public Answer subscribe(String... channels) {
        return Answer.of(ask("subscribe", array(channels)));
    }

    @Override
    public void unsubscribe(String... channels) {
        ask("unsubscribe", array(channels));
    }

    @Override
    public String sendNonsense() {
        return ask("make-coffee", "black").path("code").asText();
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public boolean isOpen() {
        return !disconnected.isDone();
    }

    /** Leaves; one that upgrades does it before, so that no test passes without. */
    @Override
    public void close() {
        if (connected.getCount() == 0) {
            awaitUpgraded();
        }
        socket.disconnect();
        // The client's last request and the poll it ends are still on their way.
        Awaitility.await("a client that has left").atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> (disconnected.isDone() || refused.isDone()) && http.dispatcher().runningCallsCount() == 0);
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
