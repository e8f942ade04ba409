package io.tickgate.loadtest.gatling;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every simulation is told, as system properties: {@code tickgate.url} (http or https), {@code tickgate.tls} (the https address of
 * the same or another gateway at the same Redis, for users of HTTP/2), {@code redis} (without it: HTTP publish), {@code users} in all,
 * {@code ramp} and {@code duration} in seconds, {@code rate} in messages per second over all channels, {@code channel}, a name's
 * beginning, {@code p95} and {@code p99} in ms.
 */
final class Settings {
    static final URI TARGET = URI.create(System.getProperty("tickgate.url", "http://127.0.0.1:8080"));
    /** Gatling speaks HTTP/2 over TLS only. */
    static final String TLS_TARGET = System.getProperty("tickgate.tls",
            "https".equals(TARGET.getScheme()) ? TARGET.toString() : "");
    static final String REDIS = System.getProperty("redis", "");
    static final int USERS = Integer.getInteger("users", 1_000);
    static final Duration RAMP = Duration.ofSeconds(Integer.getInteger("ramp", 20));
    static final Duration STAY = Duration.ofSeconds(Integer.getInteger("duration", 30));
    static final double RATE = Integer.getInteger("rate", 20);
    /** What connecting and answers to commands may take, 95 and 99 of 100 of them. */
    static final int P95_MS = Integer.getInteger("p95", 1_000);
    static final int P99_MS = Integer.getInteger("p99", 3_000);
    static final List<String> CHANNELS = channels(System.getProperty("channel", "price:LOAD-"));

    private Settings() {}

    private static List<String> channels(String beginning) {
        return IntStream.range(0, 10).mapToObj(i -> beginning + i).toList();
    }
}
