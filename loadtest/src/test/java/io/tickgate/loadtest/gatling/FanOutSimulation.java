package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.FeederBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.SseMessageCheck;
import io.gatling.javaapi.http.WsFrameCheck;

import io.tickgate.loadtest.publish.Feed;
import io.tickgate.loadtest.publish.HttpFeed;
import io.tickgate.loadtest.publish.Publisher;
import io.tickgate.loadtest.publish.RedisFeed;
import io.tickgate.loadtest.publish.Schedule;
import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;

/**
 * Users of all four transports connect, subscribe to one of ten prices, see updates arrive, stay, look again, and leave, while a thread
 * publishes to Redis. System properties: {@code tickgate.url} (http or https), {@code redis} (without it: HTTP publish), {@code users}
 * in all, {@code ramp} and {@code duration} in seconds, {@code rate} in messages per second, {@code channel}, a name's beginning.
 *
 * <p>Gatling speaks HTTP/2 over TLS only: without an https {@code tickgate.url} give {@code tickgate.tls}, the https address of the same
 * or another gateway at the same Redis, else there are no HTTP/2 users.
 */
public final class FanOutSimulation extends Simulation {
    private static final URI TARGET = URI.create(System.getProperty("tickgate.url", "http://127.0.0.1:8080"));
    private static final String TLS_TARGET = System.getProperty("tickgate.tls",
            "https".equals(TARGET.getScheme()) ? TARGET.toString() : "");
    private static final String REDIS = System.getProperty("redis", "");
    private static final int USERS = Integer.getInteger("users", 1_000);
    private static final Duration RAMP = Duration.ofSeconds(Integer.getInteger("ramp", 20));
    private static final Duration STAY = Duration.ofSeconds(Integer.getInteger("duration", 30));
    private static final double RATE = Integer.getInteger("rate", 20);
    private static final String CHANNEL = System.getProperty("channel", "price:LOAD-");
    private static final List<String> CHANNELS = IntStream.range(0, 10).mapToObj(i -> CHANNEL + i).toList();
    private static final int PAYLOAD_BYTES = 200;
    private static final int PATIENCE_S = 15;

    private final Feed feed = openFeed();
    private final RunClock clock = RunClock.start();
    private final Publisher publisher = new Publisher(feed, clock, new Schedule(clock.nowNs(), RATE, 1), CHANNELS,
            new TickPayload(PAYLOAD_BYTES), Long.MAX_VALUE);
    private final Thread publishing = new Thread(publisher, "publisher");

    public FanOutSimulation() {
        HttpProtocolBuilder http1 = http.baseUrl(TARGET.toString())
                .wsBaseUrl(TARGET.toString().replaceFirst("http", "ws")).wsAutoReplySocketIo4();
        List<PopulationBuilder> populations = new ArrayList<>();
        int share = USERS / (TLS_TARGET.isEmpty() ? 3 : 4);
        populations
                .add(users("WebSocket", webSocket(), USERS - (TLS_TARGET.isEmpty() ? 2 : 3) * share).protocols(http1));
        populations.add(users("SSE", events("SSE"), share).protocols(http1));
        populations.add(users("Socket.IO", socketIo(), share).protocols(http1));
        if (TLS_TARGET.isEmpty()) {
            System.out.println("No HTTP/2 users: Gatling speaks it over TLS only, give -Dtickgate.tls=https://…");
        } else {
            populations.add(users("HTTP/2", events("HTTP/2").exec(lastValue()), share)
                    .protocols(http.baseUrl(TLS_TARGET).enableHttp2()));
        }
        setUp(populations).assertions(global().failedRequests().count().is(0L));
    }

    @Override
    public void before() {
        publishing.start();
    }

    @Override
    public void after() {
        publisher.stop();
        try {
            publishing.join();
            feed.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (publisher.failure() != null || publisher.refused() > 0) {
            throw new IllegalStateException(publisher.refused() + " messages refused", publisher.failure());
        }
    }

    private static Feed openFeed() {
        try {
            return REDIS.isEmpty() ? new HttpFeed(TARGET, null) : new RedisFeed(URI.create(REDIS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PopulationBuilder users(String name, ChainBuilder stay, int count) {
        FeederBuilder<Object> channels = listFeeder(
                CHANNELS.stream().map(channel -> Map.<String, Object>of("channel", channel)).toList()).random();
        return scenario(name).feed(channels).exec(stay).injectOpen(rampUsers(count).during(RAMP));
    }

    private static ChainBuilder webSocket() {
        WsFrameCheck update = ws.checkTextMessage("WebSocket update").matching(substring("\"seq\":"))
                .check(substring("{\"channel\":\"#{channel}\","), substring("\"tsNanos\":"));
        return exec(ws("WebSocket connect").connect("/ws").subprotocol("tickgate.v1.json").await(PATIENCE_S)
                .on(ws.checkTextMessage("WebSocket welcome").check(substring("\"op\":\"welcome\""))),
                ws("WebSocket subscribe")
                        .sendText("{\"op\":\"subscribe\",\"id\":1,\"channels\":[\"#{channel}\"]}").await(PATIENCE_S)
                        .on(ws.checkTextMessage("WebSocket subscribed").matching(substring("\"op\":\"subscribed\""))
                                .check(substring("\"#{channel}\"")), update),
                exitHereIfFailed(), during(STAY).on(pause(5, 10),
                        exec(ws("WebSocket ping").sendText("{\"op\":\"ping\",\"id\":2}").await(PATIENCE_S)
                                .on(ws.checkTextMessage("WebSocket pong").matching(substring("\"op\":\"pong\"")),
                                        update))),
                ws("WebSocket leave").close());
    }

    private static ChainBuilder events(String name) {
        // Gatling shows an event to its checks as JSON whose data is a string: quotes are escaped there.
        SseMessageCheck update = sse.checkMessage(name + " update").matching(substring("tsNanos"))
                .check(substring("#{channel}"));
        return exec(sse(name + " connect").get("/events?channels=#{channel}").await(PATIENCE_S)
                .on(sse.checkMessage(name + " subscribed").matching(substring("subscribed"))
                        .check(substring("#{channel}")), update),
                exitHereIfFailed(),
                during(STAY).on(pause(5, 10), exec(sse(name + " look").setCheck().await(PATIENCE_S).on(update))),
                sse(name + " leave").close());
    }

    private static ChainBuilder lastValue() {
        return exec(
                http("HTTP/2 last value").get("/channels/#{channel}").check(status().is(200), substring("tsNanos")));
    }

    private static ChainBuilder socketIo() {
        WsFrameCheck update = ws.checkTextMessage("Socket.IO update").matching(regex("^42\\[\"[a-z]+_update\","))
                .check(substring("\"tsNanos\":"));
        return exec(ws("Socket.IO connect").connect("/socket.io/?EIO=4&transport=websocket").await(PATIENCE_S)
                .on(ws.checkTextMessage("Socket.IO open").check(regex("^0\\{.*\"sid\""))),
                ws("Socket.IO CONNECT").sendText("40").await(PATIENCE_S)
                        .on(ws.checkTextMessage("Socket.IO connected").matching(regex("^40\\{"))),
                ws("Socket.IO subscribe").sendText("421[\"subscribe\",\"#{channel}\"]").await(PATIENCE_S)
                        .on(ws.checkTextMessage("Socket.IO ack").matching(regex("^431\\["))
                                .check(substring("\"ok\":true")), update),
                exitHereIfFailed(), during(STAY).on(pause(5, 10),
                        exec(ws("Socket.IO look").sendText("422[\"subscribe\",\"#{channel}\"]").await(PATIENCE_S)
                                .on(ws.checkTextMessage("Socket.IO ack").matching(regex("^432\\[")), update))),
                ws("Socket.IO leave").close());
    }
}
