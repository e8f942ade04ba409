package io.tickgate.gateway.web;

import java.lang.reflect.Field;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * A program of its own: runs the Java socket.io-client that is on its class path, of any generation, by every way, against a
 * server that echoes. Tells the end of each cell by a line of JSON. Needs nothing but the client and what that brings.
 */
final class JavaSocketIoClients {
    private static final int PATIENCE_SECONDS = 60;
    private static final int MANY = 200;
    private static final List<String> EVENTS = List.of("connect", "disconnect", "connect_error", "auth",
            "message-back");
    private static final Map<String, String[]> WAYS = ways();

    private final String url;
    private final boolean speaksEngineIo3;

    private JavaSocketIoClients(String url, boolean speaksEngineIo3) {
        this.url = url;
        this.speaksEngineIo3 = speaksEngineIo3;
    }

    /** What one client of one way sees. */
    private interface Cell {
        void run(String... transports) throws Exception;
    }

    /** @param arguments the server's address, and the version of Engine.IO that the client speaks */
    public static void main(String... arguments) throws Exception {
        JavaSocketIoClients clients = new JavaSocketIoClients(arguments[0], arguments[1].equals("3"));
        Map<String, Future<?>> running = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            WAYS.forEach((way, transports) -> clients.cells()
                    .forEach((name, cell) -> running.put(way + ": " + name, threads.submit(() -> {
                        cell.run(transports);
                        return null;
                    }))));
            for (Map.Entry<String, Future<?>> each : running.entrySet()) {
                JSONObject result = new JSONObject().put("test", each.getKey());
                try {
                    each.getValue().get();
                } catch (ExecutionException failed) {
                    StackTraceElement[] trace = failed.getCause().getStackTrace();
                    result.put("error", failed.getCause() + " " + Arrays.toString(trace));
                }
                System.out.println(result);
            }
        }
        // Threads of the client's libraries linger.
        System.exit(0);
    }

    private static Map<String, String[]> ways() {
        Map<String, String[]> ways = new LinkedHashMap<>();
        ways.put("polling", new String[]{"polling"});
        ways.put("websocket", new String[]{"websocket"});
        ways.put("upgrade", new String[]{"polling", "websocket"});
        return ways;
    }

    private Map<String, Cell> cells() {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("text", ways -> echoes("", texts(), ways));
        cells.put("unicode", ways -> echoes("", unicode(), ways));
        cells.put("binary", this::echoesBinary);
        cells.put("several attachments", ways -> echoes("", attachments(), ways));
        cells.put("ack", ways -> acknowledges(texts(), ways));
        cells.put("ack with binary", ways -> acknowledges(attachments(), ways));
        cells.put("many in order", this::echoesManyInOrder);
        cells.put("namespace /custom", ways -> echoes("/custom", attachments(), ways));
        cells.put("unknown namespace", this::isRefusedAnUnknownNamespace);
        cells.put("auth payload", this::bringsItsAuth);
        cells.put("leaves by itself", this::leavesByItself);
        return cells;
    }

    // ---- cells ----

    private void echoes(String namespace, Object[] sent, String... transports) throws Exception {
        try (Client client = open(namespace, transports)) {
            same(client.echo(sent), sent);
        }
    }

    private void echoesBinary(String... transports) throws Exception {
        try (Client client = open("", transports)) {
            for (int count : new int[]{256, 0, 20_000}) {
                same(client.echo(bytes(count)), bytes(count));
            }
        }
    }

    private void acknowledges(Object[] sent, String... transports) throws Exception {
        try (Client client = open("", transports)) {
            CompletableFuture<Object[]> answer = new CompletableFuture<>();
            client.socket.emit("message-with-ack", sent, answer::complete);
            same(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS), sent);
        }
    }

    /** All at once, so that an upgrade comes in between. */
    private void echoesManyInOrder(String... transports) throws Exception {
        try (Client client = new Client(url, null, transports)) {
            client.next("connect");
            for (int n = 0; n < MANY; n++) {
                client.socket.emit("message", many(n));
            }
            for (int n = 0; n < MANY; n++) {
                same(client.next("message-back"), many(n));
            }
            client.awaitUpgrade();
            same(client.echo("last"), "last");
        }
    }

    private static Object[] many(int n) {
        return new Object[]{n, n % 10 == 9 ? bytes(n) : "\uD83D\uDCC8 " + n};
    }

    private void isRefusedAnUnknownNamespace(String... transports) throws Exception {
        try (Client client = open("", transports)) {
            Socket other = client.socket.io().socket("/nobody-configured-this", null);
            Map<String, BlockingQueue<Object[]>> unknown = Client.queues(other);
            other.connect();
            if (speaksEngineIo3) {
                // Of an error this client understands only a text, which reference servers since 3.0 don't send it.
                same(client.echo("still here"), "still here");
                same(unknown.get("connect").size(), 0);
            } else {
                Object[] why = unknown.get("connect_error").poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                same(((JSONObject) why[0]).getString("message"), "Invalid namespace");
            }
        }
    }

    private void bringsItsAuth(String... transports) throws Exception {
        try (Client client = new Client(url + "/custom", "\uD83D\uDD11", transports)) {
            same(client.next("auth"), new JSONObject().put("name", "\uD83D\uDD11"));
        }
        try (Client client = open("", transports)) {
            same(client.next("auth"), new JSONObject());
        }
    }

    private void leavesByItself(String... transports) throws Exception {
        try (Client client = open("", transports)) {
            client.socket.disconnect();
            same(client.next("disconnect"), "io client disconnect");
        }
    }

    private Client open(String namespace, String... transports) throws Exception {
        Client client = new Client(url + namespace, null, transports);
        client.next("connect");
        client.awaitUpgrade();
        return client;
    }

    // ---- samples ----

    private static Object[] texts() throws JSONException {
        return new Object[]{"hello", "", 1, -0.5, true, new JSONArray("[\"a\",[],{},null]"),
                new JSONObject("{\"nested\":{\"list\":[1,\"two\"]}}")};
    }

    private static Object[] unicode() throws JSONException {
        return new Object[]{"h\u00e9llo \u2713 \u65e5\u672c\u8a9e",
                "\uD83C\uDF89 \uD83D\uDC69\u200D\uD83D\uDC67 \uDBFF\uDFFF",
                "line\u2028separator\u2029paragraph\r\n\t\0\u001e\u0085\ufeff", "quotes \" and \\ and 4:text",
                new JSONObject().put("k\u00e9y \uD83D\uDD11", "\uD834\uDD1E")};
    }

    private static Object[] attachments() throws JSONException {
        JSONArray list = new JSONArray().put("text").put(bytes(3)).put(new JSONObject().put("deep", bytes(1_000)));
        return new Object[]{bytes(256), new JSONObject().put("empty", bytes(0)).put("list", list), "last", bytes(1)};
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static void same(Object actual, Object... expected) throws JSONException {
        Object is = plain(actual instanceof Object[] ? actual : new Object[]{actual});
        Object should = plain(expected);
        if (!is.equals(should)) {
            throw new AssertionError("expected " + should + " but got " + is);
        }
    }

    /** A value as the JDK's collections: what org.json gives can't be compared. */
    private static Object plain(Object value) throws JSONException {
        return switch (value) {
            case Object[] array -> plain(new JSONArray(Arrays.asList(array)));
            case byte[] bytes -> "bytes " + Arrays.toString(bytes);
            case Number number -> number.doubleValue();
            case JSONArray array -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < array.length(); i++) {
                    list.add(plain(array.get(i)));
                }
                yield list;
            }
            case JSONObject object -> {
                Map<String, Object> members = new TreeMap<>();
                JSONArray names = object.names();
                for (int i = 0; names != null && i < names.length(); i++) {
                    members.put(names.getString(i), plain(object.get(names.getString(i))));
                }
                yield members;
            }
            default -> value;
        };
    }

    // ---- the client ----

    /** One client, whose events are waited for in turn. */
    private final class Client implements AutoCloseable {
        private final Socket socket;
        private final boolean upgrades;
        private final Map<String, BlockingQueue<Object[]>> events;
        private final CompletableFuture<Void> upgraded = new CompletableFuture<>();

        /** @param name what it tells the namespace, or null */
        Client(String address, String name, String... transports) throws Exception {
            // Of its own: one that is shared sends five requests at a time.
            OkHttpClient http = new OkHttpClient.Builder().readTimeout(1, TimeUnit.MINUTES).build();
            IO.Options options = new IO.Options();
            options.forceNew = true;
            options.reconnection = false;
            options.transports = transports;
            options.callFactory = http;
            options.webSocketFactory = http;
            if (name != null && speaksEngineIo3) {
                options.query = "name=" + name;
            } else if (name != null) {
                options.auth = Map.of("name", name);
            }
            upgrades = transports.length > 1;
            socket = IO.socket(URI.create(address), options);
            events = queues(socket);
            socket.io().once(Manager.EVENT_TRANSPORT,
                    transport -> engine().once("upgrade", ignored -> upgraded.complete(null)));
            socket.connect();
        }

        /** What a socket gets, by event. */
        static Map<String, BlockingQueue<Object[]>> queues(Socket socket) {
            Map<String, BlockingQueue<Object[]>> events = new ConcurrentHashMap<>();
            for (String event : EVENTS) {
                events.put(event, new LinkedBlockingQueue<>());
                socket.on(event, arguments -> events.get(event).add(arguments));
            }
            return events;
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

        void awaitUpgrade() throws Exception {
            if (upgrades) {
                upgraded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }

        Object[] echo(Object... sent) throws Exception {
            socket.emit("message", sent);
            return next("message-back");
        }

        Object[] next(String event) throws InterruptedException, TimeoutException {
            Object[] arguments = events.get(event).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (arguments == null) {
                throw new TimeoutException("no " + event + ", but " + Arrays.deepToString(
                        events.values().stream().flatMap(BlockingQueue::stream).toArray()));
            }
            return arguments;
        }

        @Override
        public void close() {
            socket.disconnect();
        }
    }
}
