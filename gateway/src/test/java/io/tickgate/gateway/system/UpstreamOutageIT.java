package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.gateway.testing.RedisFixture;

/** What clients see of a Redis that goes, comes back, or is not there yet. */
@ExpectedLog("^Redis .*trying again")
class UpstreamOutageIT {
    private static final String PRICE = "price:outage";
    private static final String BENCH = "bench:outage";

    /** A hundred, by every plain transport. */
    private static List<TestClient> connectHundred(GatewayFixture gateway, HttpClient http) {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ClientKind kind = switch (i % 10) {
                case 0, 1, 2, 3 -> ClientKind.WEBSOCKET;
                case 4, 5, 6 -> ClientKind.SSE_HTTP1;
                case 7 -> ClientKind.SOCKETIO_POLLING;
                case 8 -> ClientKind.SOCKETIO_WEBSOCKET;
                default -> ClientKind.SOCKETIO_UPGRADE;
            };
            clients.add(kind.connect(gateway, http, null));
        }
        return clients;
    }

    @ParameterizedTest(name = "with {0} loops")
    @ValueSource(ints = {1, 3})
    void tellsAHundredSubscribersAndLosesNothingOnceItIsUpAgain(int loops) {
        try (HttpClient http = HttpClient.newHttpClient();
                Site site = Site.withRedis("--loops", String.valueOf(loops), "--public", "bench*")) {
            GatewayFixture gateway = site.gateway();
            List<TestClient> clients = connectHundred(gateway, http);
            for (TestClient client : clients) {
                assertThat(client.subscribe(PRICE, BENCH).refused()).isEmpty();
            }
            site.publishNumbers(PRICE, 1, 5);
            site.publishNumbers(BENCH, 1, 5);
            clients.forEach(client -> client.inbox().awaitN(BENCH, 5));

            site.redis().stop();
            clients.forEach(client -> assertThat(client.inbox().awaitControls("status", 1).getFirst()
                    .path("upstream").asText()).isEqualTo("down"));
            gateway.awaitHealth("degraded");
            assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
            site.redis().start();
            gateway.awaitHealth("up");
            site.publishNumbers(PRICE, 6, 25);
            site.publishNumbers(BENCH, 6, 25);

            for (TestClient client : clients) {
                client.inbox().awaitN(BENCH, 25);
                assertSeen(client.inbox());
                assertThat(client.isOpen()).isTrue();
            }
            assertThat(gateway.metric("tickgate_upstream_outages_total")).isEqualTo(1);
            assertThat(gateway.metric("tickgate_upstream_up")).isEqualTo(1);
            for (String transport : List.of("websocket", "sse", "socketio")) {
                assertThat(gateway.metric("tickgate_sessions_closed_total{transport=\"" + transport + "\"}")).isZero();
            }
            clients.forEach(TestClient::close);
            http.shutdownNow();
        }
    }

    private static void assertSeen(Inbox inbox) {
        assertThat(inbox.controls("status")).extracting(each -> each.path("upstream").asText())
                .containsExactly("down", "up");
        for (String channel : List.of(PRICE, BENCH)) {
            List<Update> updates = inbox.updates(channel);
            assertThat(updates).extracting(Update::n)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, 25).boxed().toList());
            List<JsonNode> gaps = inbox.controls("gap").stream()
                    .filter(each -> each.path("channel").asText().equals(channel)).toList();
            assertThat(gaps).hasSize(1);
            JsonNode gap = gaps.getFirst();
            assertThat(gap.path("reason").asText()).isEqualTo("upstream");
            // The outage takes one seq, between the last update before it and the first after it.
            assertThat(gap.path("from").asLong()).isEqualTo(gap.path("to").asLong())
                    .isEqualTo(updates.get(4).seq() + 1).isEqualTo(updates.get(5).seq() - 1);
            assertThat(inbox.all().indexOf(new Inbox.Entry.Control(gap)))
                    .isBetween(inbox.all().indexOf(new Inbox.Entry.Updated(updates.get(4))),
                            inbox.all().indexOf(new Inbox.Entry.Updated(updates.get(5))));
        }
    }

    @Test
    void servesWithRedisAwayAtTheStartAndConnectsWhenItComes() {
        try (HttpClient http = HttpClient.newHttpClient();
                RedisFixture redis = RedisFixture.stopped();
                GatewayFixture gateway = GatewayFixture.start("--redis", redis.uri(), "--public", "bench*")) {
            gateway.awaitMetric("tickgate_upstream_outages_total", 1);
            HttpResponse<String> health = gateway.get("/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(GatewayFixture.json(health.body()).path("status").asText()).isEqualTo("degraded");
            assertThat(GatewayFixture.json(health.body()).path("broker").path("status").asText()).isEqualTo("down");
            assertThat(gateway.get("/health/ready").statusCode()).isEqualTo(200);
            try (TestClient client = ClientKind.WEBSOCKET.connect(gateway, http, null)) {
                assertThat(client.inbox().awaitControls("status", 1).getFirst().path("upstream").asText())
                        .isEqualTo("down");
                Answer answer = client.subscribe(PRICE, BENCH);
                assertThat(answer.joined().get(PRICE).path("live").asBoolean(true)).isFalse();
                assertThat(answer.joined().get(BENCH).path("live").asBoolean(true)).isFalse();
                assertThat(publishByHttp(gateway).path("failed").path(0).path("code").asText())
                        .isEqualTo("unavailable");

                redis.start();
                gateway.awaitHealth("up");
                redis.publish(PRICE, number(1));
                redis.publish(BENCH, number(1));
                client.inbox().awaitN(PRICE, 1);
                client.inbox().awaitN(BENCH, 1);
                assertThat(client.inbox().controls("status")).extracting(each -> each.path("upstream").asText())
                        .containsExactly("down", "up");
                assertThat(client.inbox().controls("gap")).extracting(each -> each.path("reason").asText())
                        .containsExactly("upstream", "upstream");
                assertThat(publishByHttp(gateway).path("published").asInt()).isEqualTo(1);
                client.inbox().awaitN(BENCH, 2);
            }
        }
    }

    private static JsonNode publishByHttp(GatewayFixture gateway) {
        return GatewayFixture.json(gateway.request("POST", "/api/publish",
                "{\"channel\":\"" + BENCH + "\",\"data\":" + number(2) + "}", "authorization",
                "Bearer " + GatewayFixture.API_KEY).body());
    }
}
