package io.tickgate.loadtest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpFeedTest {
    private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String answer = "{\"published\":1,\"failed\":[]}";

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/publish", exchange -> {
            bodies.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void publishesWhatIsDueTogetherInOneRequest() throws Exception {
        try (HttpFeed feed = feed()) {
            publish(feed, 3);
            publish(feed, 1);
            assertThat(bodies).extracting(body -> body.get("messages").size()).containsExactly(3, 1);
            assertThat(bodies.getFirst().get("messages").get(0).get("channel").asText()).isEqualTo("bench:0");
            assertThat(bodies.getFirst().get("messages").get(0).get("data").get("x").intValue()).isEqualTo(1);
            assertThat(keys).containsOnly("Bearer secret");
            assertThat(feed.refused()).isZero();
        }
    }

    @Test
    void countsWhatTheGatewayRefused() throws Exception {
        try (HttpFeed feed = feed()) {
            answer = "{\"published\":1,\"failed\":[{\"index\":1,\"code\":\"forbidden\"},{\"index\":2,\"code\":\"limit\"}]}";
            publish(feed, 3);
            assertThat(feed.refused()).isEqualTo(2);
            status = 503;
            answer = "{\"code\":\"unavailable\",\"message\":\"\"}";
            publish(feed, 4);
            assertThat(feed.refused()).isEqualTo(6);
        }
    }

    private HttpFeed feed() throws Exception {
        return new HttpFeed(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "secret");
    }

    private static void publish(HttpFeed feed, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            feed.publish("bench:0".getBytes(StandardCharsets.US_ASCII),
                    "{\"x\":1}".getBytes(StandardCharsets.US_ASCII));
        }
        while (!feed.settled()) {
            feed.pump();
            Thread.onSpinWait();
        }
    }
}
