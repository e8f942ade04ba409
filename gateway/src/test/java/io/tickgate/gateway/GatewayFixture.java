package io.tickgate.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;

import io.tickgate.gateway.auth.TokenMint;
import io.tickgate.gateway.testing.Certificate;

/**
 * A gateway in the test's own process on a free loopback port, with settings as the command line would give them. Without
 * others it has an embedded broker, no demo feed, a token secret and an API key. Any thread.
 */
public final class GatewayFixture implements AutoCloseable {
    public static final String API_KEY = "the api key of all tests";

    private static final String SECRET = "the token secret of all tests, long enough";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Gateway gateway;
    private final boolean hasTls;
    private final HttpClient http;
    private CompletableFuture<Void> stopped;

    private GatewayFixture(Map<String, String> flags, HttpClient http) {
        this.http = http;
        GatewaySettings settings = GatewaySettings
                .of(new SettingsBinder(GatewaySettings.schema()).bind(flags, Map.of()));
        this.hasTls = settings.http().hasTls();
        try {
            this.gateway = new Gateway(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts one; it serves when this returns, with its broker or without.
     *
     * @param flags in turn a flag and its value, an empty value takes back what the fixture sets
     */
    public static GatewayFixture start(String... flags) {
        return start(HttpClient.newHttpClient(), flags);
    }

    /** Starts one that takes TLS only. */
    public static GatewayFixture startWithTls(Certificate certificate, String... flags) {
        String[] all = Arrays.copyOf(flags, flags.length + 4);
        all[flags.length] = "--tls-cert";
        all[flags.length + 1] = certificate.certificate().toString();
        all[flags.length + 2] = "--tls-key";
        all[flags.length + 3] = certificate.key().toString();
        return start(HttpClient.newBuilder().sslContext(certificate.trusting()).build(), all);
    }

    private static GatewayFixture start(HttpClient http, String... flags) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("--port", "0", "--demo", "false", "--jwt-secret", SECRET,
                "--api-key", API_KEY, "--loops", "1", "--drain-ms", "0"));
        for (int i = 0; i < flags.length; i += 2) {
            all.put(flags[i], flags[i + 1]);
        }
        return new GatewayFixture(all, http);
    }

    public int port() {
        return gateway.port();
    }

    /** Where it is, with TLS if it has a certificate. */
    public URI uri(String path) {
        return URI.create((hasTls ? "https" : "http") + "://127.0.0.1:" + port() + path);
    }

    public URI webSocketUri(String path) {
        return URI.create((hasTls ? "wss" : "ws") + "://127.0.0.1:" + port() + path);
    }

    /** A token for a day. */
    public String token(String user, String... patterns) {
        return token(user, Duration.ofDays(1), Instant.now(), patterns);
    }

    /** A token that was minted at some time. */
    public String token(String user, Duration ttl, Instant mintedAt, String... patterns) {
        return new TokenMint(SECRET).mint(user, List.of(patterns), ttl, mintedAt);
    }

    /** @param headers names and values in turn */
    public HttpResponse<String> get(String path, String... headers) {
        return send(prepare(path, headers).GET());
    }

    /** @param headers names and values in turn */
    public HttpResponse<String> request(String method, String path, String body, String... headers) {
        return send(prepare(path, headers).method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder prepare(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri(path)).version(HttpClient.Version.HTTP_1_1)
                .timeout(PATIENCE);
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Publishes by HTTP one message after the other in one request; fails if any is not taken. */
    public void publish(String channel, List<String> payloads) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        var messages = body.putArray("messages");
        for (String payload : payloads) {
            messages.addObject().put("channel", channel).set("data", json(payload));
        }
        HttpResponse<String> answer = request("POST", "/api/publish", body.toString(), "content-type",
                "application/json", "authorization", "Bearer " + API_KEY);
        if (answer.statusCode() != 200 || json(answer.body()).path("published").asInt() != payloads.size()) {
            throw new AssertionError("published " + payloads.size() + " on " + channel + ": " + answer.body());
        }
    }

    public void publish(String channel, String payload) {
        publish(channel, List.of(payload));
    }

    /** The {@code status} of /health. */
    public String health() {
        return json(get("/health").body()).path("status").asText();
    }

    public void awaitHealth(String status) {
        Awaitility.await("health " + status).atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                .until(() -> health().equals(status));
    }

    /**
     * A metric as /metrics has it.
     *
     * @param series name and labels, e.g. {@code tickgate_disconnects_total{reason="slow_consumer"}}
     */
    public double metric(String series) {
        return get("/metrics").body().lines().filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1))).findFirst()
                .orElseThrow(() -> new AssertionError("/metrics lacks " + series));
    }

    public void awaitMetric(String series, double value) {
        Awaitility.await(series + " = " + value).atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> {
                    double now = metric(series);
                    if (now != value) {
                        throw new AssertionError(series + " is " + now);
                    }
                });
    }

    /** Parses what must be JSON. */
    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** Stops it as SIGTERM does. @return done when it has stopped */
    public CompletableFuture<Void> stop() {
        if (stopped == null) {
            stopped = CompletableFuture.runAsync(gateway::close, Thread::startVirtualThread);
        }
        return stopped;
    }

    @Override
    public void close() {
        http.shutdownNow();
        stop().join();
    }
}
