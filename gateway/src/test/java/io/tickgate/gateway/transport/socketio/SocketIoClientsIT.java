package io.tickgate.gateway.transport.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.socket.engineio.client.transports.Polling;
import io.socket.engineio.client.transports.WebSocket;
import io.socket.engineio.parser.Packet;
import io.socket.thread.EventThread;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.gateway.metrics.Counter;

/** What the Java Socket.IO client sees, by every transport, with its requests on one loop and on three. */
class SocketIoClientsIT {
    /** How a client gets there. */
    enum Way {
        POLLING, WEBSOCKET, UPGRADE;

        String[] transports() {
            return switch (this) {
                case POLLING -> new String[]{Polling.NAME};
                case WEBSOCKET -> new String[]{WebSocket.NAME};
                case UPGRADE -> new String[]{Polling.NAME, WebSocket.NAME};
            };
        }
    }

    private SocketIoServer server;
    private final List<Client> clients = new ArrayList<>();

    static Stream<Arguments> ways() {
        Stream<Arguments> everyWay = Stream.of(1, 3)
                .flatMap(loops -> Stream.of(Way.values()).map(way -> Arguments.of("epoll", loops, way)));
        return Stream.concat(everyWay, Stream.of(Arguments.of("nio", 3, Way.UPGRADE)));
    }

    @AfterEach
    void close() {
        clients.forEach(Client::close);
        server.close();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void subscribesWithAnAcknowledgementAndGetsEveryUpdateInOrder(String transport, int loops, Way way)
            throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, new IO.Options());
        JSONObject connected = client.nextEvent("connected").getJSONObject(0);
        assertThat(connected.getString("session")).isEqualTo(client.socket.id());

        JSONObject ack = client.ask("subscribe", "log:a");
        assertThat(ack.getBoolean("ok")).isTrue();
        assertThat(ack.getJSONArray("channels").getJSONObject(0).getString("channel")).isEqualTo("log:a");
        for (int i = 0; i < 2_000; i++) {
            server.publish("log:a", "{\"i\":" + i + "}");
        }
        for (int i = 0; i < 2_000; i++) {
            JSONArray arguments = client.nextEvent("log_update");
            assertThat(arguments.length()).isEqualTo(1);
            assertThat(arguments.getJSONObject(0).getInt("i")).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void losesAndDoublesNothingWhileClientsComeAndUpgradeUnderFire(String transport, int loops, Way way)
            throws Exception {
        server = new SocketIoServer(transport, loops);
        AtomicBoolean publishing = new AtomicBoolean(true);
        Thread publisher = Thread.ofPlatform().start(() -> {
            for (int i = 0; publishing.get(); i++) {
                server.publish("log:a", "{\"i\":" + i + "}");
                LockSupport.parkNanos(500_000);
            }
        });
        for (int i = 0; i < 12; i++) {
            Client client = new Client(way, new IO.Options());
            client.socket.emit("subscribe", "log:a");
        }
        for (Client client : clients) {
            int expected = client.nextEvent("log_update").getJSONObject(0).getInt("i");
            int last = expected + 300;
            while (expected < last || (way == Way.UPGRADE && !client.isUpgraded())) {
                expected++;
                assertThat(client.nextEvent("log_update").getJSONObject(0).getInt("i")).isEqualTo(expected);
            }
        }
        publishing.set(false);
        publisher.join();
        assertThat(server.count(Counter.SESSIONS_OPENED_SOCKETIO)).isEqualTo(12);
        assertThat(server.count(Counter.FRAMES_REFUSED)).isZero();
        assertThat(server.count(Counter.GAPS)).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void staysConnectedOverHeartbeatsAndTakesCommandsAfterwards(String transport, int loops, Way way)
            throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, new IO.Options());
        await().until(() -> client.packets.stream().filter("ping"::equals).count() >= 3);

        assertThat(client.ask("subscribe", "log:a").getBoolean("ok")).isTrue();
        assertThat(client.disconnects).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void namesItsUserInAuthAndReadsWhatIsHisAndNothingElse(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, IO.Options.builder().setAuth(Map.of("token", "ann")).build());
        assertThat(client.nextEvent("connected").getJSONObject(0).getString("user")).isEqualTo("ann");
        assertThat(client.nextEvent("control").getJSONObject(0).getString("op")).isEqualTo("subscribed");

        JSONObject refused = client.ask("subscribe", new JSONObject(Map.of("channels", List.of("order:bob", "log:a"))));
        assertThat(refused.getJSONArray("channels").length()).isEqualTo(1);
        assertThat(refused.getJSONArray("refused").getJSONObject(0).getString("code")).isEqualTo("forbidden");
        server.publish("order:ann", "{\"id\":1}");
        server.publish("user:ann", "{\"text\":\"filled\"}");
        assertThat(client.nextEvent("order_update").getJSONObject(0).getInt("id")).isEqualTo(1);
        assertThat(client.nextEvent("notification").getJSONObject(0).getString("text")).isEqualTo("filled");

        client.socket.emit("subscribe", "order:bob");
        assertThat(client.nextEvent("control").getJSONObject(0).getJSONArray("refused").length()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void isToldOfABadTokenAndMayTryAgain(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = new Client(way, IO.Options.builder().setQuery("token=bad").build());
        JSONObject error = (JSONObject) client.errors.take();
        assertThat(error.getString("message")).isEqualTo("unauthorized");
        assertThat(error.getJSONObject("data").getString("code")).isEqualTo("unauthorized");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void getsChannelEpochAndSeqAsSecondArgumentIfItAsks(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, IO.Options.builder().setQuery("meta=1").build());
        JSONObject joined = client.ask("subscribe", "price:BTC-USD").getJSONArray("channels").getJSONObject(0);
        server.publish("price:BTC-USD", "{\"price\":50000.12}");

        JSONArray arguments = client.nextEvent("price_update");
        assertThat(arguments.getJSONObject(0).getDouble("price")).isEqualTo(50000.12);
        assertThat(arguments.getJSONObject(1).getString("channel")).isEqualTo("price:BTC-USD");
        assertThat(arguments.getJSONObject(1).getString("epoch")).isEqualTo(joined.getString("epoch"));
        assertThat(arguments.getJSONObject(1).getLong("seq")).isEqualTo(joined.getLong("seq") + 1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void usesSeveralNamespacesOverOneConnection(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client main = connect(way, new IO.Options());
        Client desk = new Client(main.socket.io().socket("/desk"));
        desk.socket.connect();
        desk.nextEvent("connected");
        desk.ask("subscribe", "log:a");
        main.ask("subscribe", "log:b");
        server.publish("log:a", "1");
        server.publish("log:b", "2");

        assertThat(desk.nextEvent("log_update").getInt(0)).isEqualTo(1);
        assertThat(main.nextEvent("log_update").getInt(0)).isEqualTo(2);

        Client other = new Client(main.socket.io().socket("/other"));
        other.socket.connect();
        assertThat(((JSONObject) other.errors.take()).getString("message")).isEqualTo("Invalid namespace");

        desk.socket.disconnect();
        await().until(() -> server.openSessions() == 1);
        assertThat(main.ask("unsubscribe", "log:b").getBoolean("ok")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void staysAwayOnceItsTokenHasExpired(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, IO.Options.builder().setAuth(Map.of("token", "brief")).build());

        assertThat(client.disconnects.take()).isEqualTo("io server disconnect");
        assertThat(client.socket.connected()).isFalse();
        await().until(() -> server.openSessions() == 0);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void comesBackByItselfAfterItsConnectionWasClosed(String transport, int loops, Way way) throws Exception {
        server = new SocketIoServer(transport, loops);
        Client client = connect(way, IO.Options.builder().setReconnectionDelay(10).setReconnectionDelayMax(50).build());
        client.nextEvent("connected");
        client.ask("subscribe", "log:a");
        if (way == Way.UPGRADE) {
            await().until(client::isUpgraded);
        }
        client.breakProtocol();

        assertThat(client.disconnects.take()).isIn("transport close", "transport error");
        client.nextEvent("connected");
        client.ask("subscribe", "log:b");
        server.publish("log:b", "1");
        assertThat(client.nextEvent("log_update").getInt(0)).isEqualTo(1);
        await().until(() -> server.openSessions() == 1);
    }

    private Client connect(Way way, IO.Options options) throws InterruptedException {
        Client client = new Client(way, options);
        await().until(client.socket::connected);
        return client;
    }

    /** A client and what it has been told. */
    private final class Client {
        final Socket socket;
        final BlockingQueue<Object> errors = new LinkedBlockingQueue<>();
        final BlockingQueue<String> disconnects = new LinkedBlockingQueue<>();
        final List<Transport> transports = new CopyOnWriteArrayList<>();
        final List<String> packets = new CopyOnWriteArrayList<>();
        private volatile boolean upgraded;
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final OkHttpClient http;

        Client(Way way, IO.Options options) {
            Dispatcher dispatcher = new Dispatcher();
            dispatcher.setMaxRequestsPerHost(64);
            // No connection is used twice, so that requests land on different loops.
            http = new OkHttpClient.Builder().dispatcher(dispatcher)
                    .connectionPool(new ConnectionPool(0, 1, SECONDS)).readTimeout(60, SECONDS).build();
            options.forceNew = true;
            options.transports = way.transports();
            options.callFactory = http;
            options.webSocketFactory = http;
            socket = IO.socket(URI.create(server.url()), options);
            socket.io().on(Manager.EVENT_TRANSPORT, arguments -> watch((Transport) arguments[0]));
            listen();
            clients.add(this);
            socket.connect();
        }

        Client(Socket shared) {
            http = null;
            socket = shared;
            listen();
        }

        private void listen() {
            socket.on(Socket.EVENT_CONNECT_ERROR, arguments -> errors.add(arguments[0]));
            socket.on(Socket.EVENT_DISCONNECT, arguments -> disconnects.add((String) arguments[0]));
            socket.onAnyIncoming(arguments -> {
                events.add(new Event((String) arguments[0],
                        new JSONArray(Arrays.asList(arguments).subList(1, arguments.length))));
            });
        }

        /** The next event of that name; those before it are dropped. */
        JSONArray nextEvent(String name) throws InterruptedException {
            while (true) {
                Event event = events.poll(10, SECONDS);
                assertThat(event).as("an event " + name).isNotNull();
                if (event.name.equals(name)) {
                    return event.arguments;
                }
            }
        }

        JSONObject ask(String event, Object argument) throws InterruptedException {
            BlockingQueue<JSONObject> answers = new LinkedBlockingQueue<>();
            socket.emit(event, new Object[]{argument}, (Ack) answer -> answers.add((JSONObject) answer[0]));
            JSONObject answer = answers.poll(10, SECONDS);
            assertThat(answer).as("an answer to " + event).isNotNull();
            return answer;
        }

        private void watch(Transport transport) {
            transports.add(transport);
            transport.on(Transport.EVENT_PACKET, arguments -> {
                String type = ((Packet<?>) arguments[0]).type;
                packets.add(type);
                // Only the answer to the probe comes before the client has moved.
                upgraded |= transport instanceof WebSocket && !type.equals(Packet.PONG);
            });
        }

        boolean isUpgraded() {
            return upgraded;
        }

        /** Sends what only a server may: the gateway closes the connection. */
        void breakProtocol() {
            EventThread.exec(() -> transports.getLast().send(new Packet<?>[]{new Packet<>(Packet.PING)}));
        }

        void close() {
            socket.io().reconnection(false);
            socket.disconnect();
            http.dispatcher().executorService().shutdown();
            http.connectionPool().evictAll();
        }
    }

    private record Event(String name, JSONArray arguments) {}
}
