package io.tickgate.gateway.http;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslProvider;
import org.awaitility.Awaitility;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Setting;
import io.tickgate.gateway.testing.Certificate;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** A port on loopback with an endpoint for each thing a test may want to see. */
final class TestPort implements AutoCloseable {
    static final int BODY_LIMIT = 4_096;
    static final int FILE_BYTES = 4_000;

    private static final SharedBody FILE = new SharedBody(text(FILE_BYTES));

    /** Response streams that clients have opened, in order. */
    final BlockingQueue<OpenStream> streams = new LinkedBlockingQueue<>();
    /** Exchanges that clients have begun and nobody answered, in order. */
    final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
    final BlockingQueue<OpenWebSocket> webSockets = new LinkedBlockingQueue<>();
    final AtomicInteger aborted = new AtomicInteger();

    private final Map<EventLoop, LoopMetrics> metrics = new HashMap<>();
    private final EventLoops loops;
    final Listener listener;

    /** A stream, how often its end was told, and what is done when it takes bytes again. */
    record OpenStream(Exchange exchange, ResponseStream stream, AtomicInteger closed,
            AtomicReference<Runnable> onDrained) {}

    /** The server's end of a WebSocket connection that echoes texts and binaries unless told otherwise. */
    static final class OpenWebSocket implements WebSocketConnection.Listener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final AtomicInteger alive = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final AtomicReference<Runnable> onDrained = new AtomicReference<>(() -> {});
        EventLoop loop;
        WebSocketConnection connection;

        @Override
        public void onText(ByteBuf text) {
            String received = text.toString(StandardCharsets.UTF_8);
            texts.add(received);
            if (received.equals("throw")) {
                throw new IllegalStateException("asked to");
            }
            ByteBuf frame = Unpooled.buffer();
            WebSocketEncoder.writeText(received.getBytes(StandardCharsets.UTF_8), frame);
            connection.writeAndRelease(frame);
            connection.flush();
        }

        @Override
        public void onBinary(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            ByteBuf frame = Unpooled.buffer();
            WebSocketEncoder.writeBinary(copy, frame);
            connection.writeAndRelease(frame);
            connection.flush();
        }

        @Override
        public void onAlive() {
            alive.incrementAndGet();
        }

        @Override
        public void onDrained() {
            onDrained.get().run();
        }

        @Override
        public void onClosed() {
            closed.incrementAndGet();
        }
    }

    private TestPort(HttpSettings settings, SslProvider provider) throws IOException {
        loops = new EventLoops(settings);
        Router router = Router.builder().route("/echo", endpoint(BODY_LIMIT, TestPort::echo, "GET", "POST"))
                .routePrefix("/channels/", endpoint(0, TestPort::echo, "GET"))
                .route("/body", endpoint(0, TestPort::body, "GET"))
                .route("/file", endpoint(0, exchange -> exchange.respond(file()), "GET"))
                .route("/hold", endpoint(BODY_LIMIT, this::hold, "GET", "POST"))
                .route("/stream", endpoint(0, this::stream, "GET"))
                .route("/elsewhere", endpoint(0, this::webSocketElsewhere, "GET"))
                .route("/again",
                        endpoint(0, exchange -> exchange.respond(Response.text(200, "again").comesRightAgain()), "GET"))
                .route("/fail", endpoint(0, TestPort::fail, "GET")).route("/ws", endpoint(0, this::webSocket, "GET"))
                .origins(settings.origins()).build();
        for (EventLoop loop : loops.all()) {
            metrics.put(loop, new LoopMetrics());
        }
        listener = Listener.bind(settings, loops, router, metrics::get, provider);
    }

    static TestPort start(String transport) throws IOException {
        return start(Map.of("transport", transport));
    }

    /** Starts with the presets, on any port, except for these settings. */
    static TestPort start(Map<String, Object> changed) throws IOException {
        return new TestPort(settings(changed), Tls.PROVIDER);
    }

    static TestPort startTls(Certificate certificate, Map<String, Object> changed) throws IOException {
        return start(withTls(certificate, changed));
    }

    static TestPort startTls(Certificate certificate, SslProvider provider, Map<String, Object> changed)
            throws IOException {
        return new TestPort(settings(withTls(certificate, changed)), provider);
    }

    static Map<String, Object> withTls(Certificate certificate, Map<String, Object> changed) {
        Map<String, Object> settings = new HashMap<>(changed);
        settings.put("tlsCert", certificate.certificate().toString());
        settings.put("tlsKey", certificate.key().toString());
        return settings;
    }

    static HttpSettings settings(Map<String, Object> changed) {
        Map<String, Object> all = new HashMap<>(Map.of("port", 0, "loops", 1));
        all.putAll(changed);
        RecordComponent[] components = HttpSettings.class.getRecordComponents();
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> all.getOrDefault(component.getName(), preset(component))).toArray();
        try {
            return HttpSettings.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new LinkageError("HttpSettings", e);
        }
    }

    private static Object preset(RecordComponent component) {
        String preset = component.getAnnotation(Setting.class).preset();
        if (component.getType() == int.class) {
            return Integer.valueOf(preset);
        }
        if (component.getType() == boolean.class) {
            return Boolean.valueOf(preset);
        }
        return component.getType() == List.class ? List.of() : preset;
    }

    /** The names of the transports that this machine has. */
    static Stream<String> transports() {
        return Arrays.stream(EventLoops.Transport.values()).filter(EventLoops.Transport::isAvailable)
                .map(EventLoops.Transport::word);
    }

    int port() {
        return listener.port();
    }

    EventLoop loop() {
        return loops.all().getFirst();
    }

    long count(Counter counter) {
        return metrics.values().stream().mapToLong(loop -> loop.get(counter)).sum();
    }

    long gauge(Gauge gauge) {
        return metrics.values().stream().mapToLong(loop -> loop.get(gauge)).sum();
    }

    void awaitCount(Counter counter, long expected) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> count(counter) == expected);
    }

    /** Runs on the loop and waits. */
    void onLoop(Runnable task) throws Exception {
        loop().submit(task).get(20, TimeUnit.SECONDS);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T element = queue.poll(10, TimeUnit.SECONDS);
        if (element == null) {
            throw new AssertionError("nothing came within 10 s");
        }
        return element;
    }

    @Override
    public void close() {
        listener.close();
        loops.close();
    }

    // The endpoints.

    private static Endpoint endpoint(int maxBodyBytes, Consumer<Exchange> handler,
            String... methods) {
        return new Endpoint() {
            @Override
            public int maxBodyBytes() {
                return maxBodyBytes;
            }

            @Override
            public String[] methods() {
                return methods;
            }

            @Override
            public void handle(Exchange exchange) {
                handler.accept(exchange);
            }
        };
    }

    private static void echo(Exchange exchange) {
        Request request = exchange.request();
        exchange.respond(Response.text(200,
                String.join("|", request.protocol(), request.method(), request.path(), request.pathRest(),
                        String.valueOf(request.query("q")), String.valueOf(request.cookie("c")),
                        request.isSecure() ? "secure" : "plain",
                        exchange.body().toString(StandardCharsets.UTF_8))));
    }

    /** As many bytes as asked for, of the type asked for, with an entity tag. */
    private static void body(Exchange exchange) {
        Request request = exchange.request();
        String type = request.query("type");
        Response whole = Response.of(200).header("content-type", type == null ? "application/json" : type)
                .header("etag", "\"v1\"").header("cache-control", "no-cache")
                .body(text(Integer.parseInt(request.query("bytes"))));
        if (request.query("coding") != null) {
            whole.header("content-encoding", request.query("coding"));
        }
        boolean isKnown = request.header("if-none-match") != null;
        exchange.respond(isKnown ? Response.notModified(whole) : whole);
    }

    private static Response file() {
        return Response.of(200).header("content-type", "text/javascript").body(FILE);
    }

    /** JSON that is unlike itself enough not to vanish when it's compressed. */
    static byte[] text(int bytes) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; json.length() < bytes; i++) {
            json.append("{\"seq\":").append(i).append(",\"price\":").append(i * 7_919 % 10_007).append("},");
        }
        return ascii(json.substring(0, bytes));
    }

    private void hold(Exchange exchange) {
        exchange.onAbort(aborted::incrementAndGet);
        held.add(exchange);
    }

    private void stream(Exchange exchange) {
        AtomicInteger closed = new AtomicInteger();
        AtomicReference<Runnable> onDrained = new AtomicReference<>(() -> {});
        ResponseStream stream = exchange.openStream(
                Response.of(200).header("content-type", "text/event-stream"), new ResponseStream.Listener() {
                    @Override
                    public void onDrained() {
                        onDrained.get().run();
                    }

                    @Override
                    public void onClosed() {
                        closed.incrementAndGet();
                    }
                });
        stream.flush();
        streams.add(new OpenStream(exchange, stream, closed, onDrained));
    }

    private static void fail(Exchange exchange) {
        throw new IllegalStateException("secret detail of " + exchange.request().path());
    }

    private void webSocket(Exchange exchange) {
        if (!exchange.isWebSocketUpgrade()) {
            exchange.respond(Response.text(400, "a WebSocket is expected here"));
            return;
        }
        OpenWebSocket open = new OpenWebSocket();
        open.loop = exchange.loop();
        boolean isOffered = "chat".equals(exchange.request().header("Sec-WebSocket-Protocol"));
        boolean mayDeflate = exchange.request().query("plain") == null;
        WebSocketOptions options = new WebSocketOptions(isOffered ? "chat" : null, 1_000, mayDeflate);
        open.connection = exchange.upgradeToWebSocket(options, open);
        webSockets.add(open);
    }

    /** Answers by the last loop instead of the one that the connection was accepted on, if it may. */
    private void webSocketElsewhere(Exchange exchange) {
        if (!exchange.moveTo(loops.all().getLast(), () -> webSocket(exchange))) {
            exchange.respond(Response.text(200, "stays"));
        }
    }
}
