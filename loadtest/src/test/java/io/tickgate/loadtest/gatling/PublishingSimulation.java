package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;

import io.tickgate.loadtest.publish.Feed;
import io.tickgate.loadtest.publish.HttpFeed;
import io.tickgate.loadtest.publish.Publisher;
import io.tickgate.loadtest.publish.RedisFeed;
import io.tickgate.loadtest.publish.Schedule;
import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;

/** A simulation during which a thread publishes to {@link Settings#CHANNELS}, at a rate that waits for nobody. */
abstract class PublishingSimulation extends Simulation {
    private static final int PAYLOAD_BYTES = 200;

    private final Feed feed = openFeed();
    private final RunClock clock = RunClock.start();
    private final Publisher publisher = new Publisher(feed, clock, new Schedule(clock.nowNs(), Settings.RATE, 1),
            Settings.CHANNELS, new TickPayload(PAYLOAD_BYTES), Long.MAX_VALUE);
    private final Thread publishing = new Thread(publisher, "publisher");

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
            return Settings.REDIS.isEmpty()
                    ? new HttpFeed(Settings.TARGET, null)
                    : new RedisFeed(URI.create(Settings.REDIS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Users that do this, each with a {@code channel} of its own choice in the session. */
    static ScenarioBuilder users(String name, ChainBuilder stay) {
        List<Map<String, Object>> channels = Settings.CHANNELS.stream()
                .map(channel -> Map.<String, Object>of("channel", channel)).toList();
        return scenario(name).feed(listFeeder(channels).random()).exec(stay);
    }

    /** HTTP/1.1 and WebSocket at the gateway, Engine.IO's pings answered. */
    static HttpProtocolBuilder http1() {
        return http.baseUrl(Settings.TARGET.toString())
                .wsBaseUrl(Settings.TARGET.toString().replaceFirst("http", "ws")).wsAutoReplySocketIo4();
    }

    static HttpProtocolBuilder http2() {
        return http.baseUrl(Settings.TLS_TARGET).enableHttp2();
    }

    /** Nothing fails, and answers come in time. */
    static Assertion[] thresholds() {
        return new Assertion[]{global().failedRequests().count().is(0L),
                global().responseTime().percentile(95).lt(Settings.P95_MS),
                global().responseTime().percentile(99).lt(Settings.P99_MS)};
    }
}
