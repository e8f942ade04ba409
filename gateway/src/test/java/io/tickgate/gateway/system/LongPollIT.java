package io.tickgate.gateway.system;

import static io.tickgate.gateway.system.Site.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;
import io.tickgate.gateway.testing.ExpectedLog;

/** What clients without streaming get: the long-poll of /events and the held requests of /channels. */
class LongPollIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String SESSIONS = "tickgate_sessions{transport=\"longpoll\"}";

    @TempDir
    static Path directory;

    private static Certificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    /** A client of one gateway over one HTTP version. */
    private record Poller(GatewayFixture gateway, HttpClient http) implements AutoCloseable {
        static Poller of(Version version, String... flags) {
            GatewayFixture gateway = version == Version.HTTP_2
                    ? GatewayFixture.startWithTls(certificate, flags)
                    : GatewayFixture.start(flags);
            return new Poller(gateway,
                    HttpClient.newBuilder().version(version).sslContext(certificate.trusting()).build());
        }

        CompletableFuture<HttpResponse<String>> ask(String path, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path)).timeout(PATIENCE)
                    .header("accept", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return http.sendAsync(request.build(), BodyHandlers.ofString());
        }

        JsonNode get(String path, String... headers) {
            HttpResponse<String> response = ask(path, headers).join();
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return GatewayFixture.json(response.body());
        }

        @Override
        public void close() {
            http.shutdownNow();
            gateway.close();
        }
    }

    @ParameterizedTest(name = "over {0} with {1} loops")
    @CsvSource({"HTTP_1_1, 1", "HTTP_1_1, 3", "HTTP_2, 1", "HTTP_2, 3"})
    void pollsMissNothingAndDoubleNothingWhilePublishing(Version version, int loops) throws Exception {
        int last = 3_000;
        List<String> channels = List.of("bench:a", "bench:b", "bench:c");
        try (Poller poller = Poller.of(version, "--loops", String.valueOf(loops), "--public", "bench*",
                "--outbound-high-watermark-bytes", "16384", "--outbound-low-watermark-bytes", "4096")) {
            String path = "/events?channels=" + String.join(",", channels);
            String id = poller.get(path).path("id").asText();
            Thread publisher = Thread.ofVirtual().start(() -> {
                for (int n = 1; n <= last; n += 10) {
                    for (String channel : channels) {
                        poller.gateway().publish(channel, IntStream.range(n, n + 10).mapToObj(Site::number).toList());
                    }
                }
            });
            Map<String, List<Integer>> seen = new HashMap<>();
            int total = 0;
            while (total < last * channels.size()) {
                JsonNode answer = poller.get(path + "&wait=25000", "last-event-id", id);
                for (JsonNode update : answer.path("messages")) {
                    assertThat(update.path("op").asText()).as(update.toString()).isEmpty();
                    seen.computeIfAbsent(update.path("channel").asText(), _ -> new ArrayList<>())
                            .add(update.path("data").path("n").asInt());
                    total++;
                }
                id = answer.path("id").asText();
            }
            publisher.join();
            for (String channel : channels) {
                assertThat(seen.get(channel)).as(channel)
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, last).boxed().toList());
            }
            assertThat(poller.get(path + "&lastEventId=" + id).path("messages")).isEmpty();
            poller.gateway().awaitMetric(SESSIONS, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void isHeldUntilSomethingIsPublished(Version version) {
        try (Poller poller = Poller.of(version)) {
            String id = poller.get("/events?channels=price:held&wait=10").path("id").asText();
            CompletableFuture<HttpResponse<String>> events = poller
                    .ask("/events?channels=price:held&wait=60000&lastEventId=" + id);
            CompletableFuture<HttpResponse<String>> value = poller.ask("/channels/price:held?wait=60000");
            poller.gateway().awaitMetric(SESSIONS, 2);
            poller.gateway().publish("price:held", number(1));
            assertThat(GatewayFixture.json(events.join().body()).path("messages")).hasSize(1);
            JsonNode first = GatewayFixture.json(value.join().body());
            assertThat(first.path("data").path("n").asInt()).isEqualTo(1);

            String etag = value.join().headers().firstValue("etag").orElseThrow();
            HttpResponse<String> same = poller.ask("/channels/price:held?wait=50", "if-none-match", etag).join();
            assertThat(same.statusCode()).isEqualTo(304);
            assertThat(same.headers().firstValue("etag")).hasValue(etag);
            String since = "/channels/price:held?since=" + first.path("epoch").asText() + "-1";
            assertThat(poller.get(since + "&wait=50").path("messages")).isEmpty();
            CompletableFuture<HttpResponse<String>> next = poller.ask(since + "&wait=60000");
            poller.gateway().awaitMetric(SESSIONS, 1);
            poller.gateway().publish("price:held", number(2));
            assertThat(GatewayFixture.json(next.join().body()).path("messages")).hasSize(1);
            poller.gateway().awaitMetric(SESSIONS, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aPollThatIsGivenUpLeavesNoSession(Version version) {
        try (Poller poller = Poller.of(version, "--public", "bench*")) {
            List<CompletableFuture<HttpResponse<String>>> held = List.of(
                    poller.ask("/events?channels=bench:gone&wait=60000"), poller.ask("/channels/bench:gone?wait=60000"),
                    poller.ask("/channels/bench:gone?since=none-1"));
            held.getLast().join();
            poller.gateway().awaitMetric(SESSIONS, 2);
            held.forEach(each -> each.cancel(true));
            poller.gateway().awaitMetric(SESSIONS, 0);
            poller.gateway().awaitMetric("tickgate_rooms", 0);
            poller.gateway().awaitMetric("tickgate_subscriptions", 0);
        }
    }

    @Test
    @ExpectedLog("^Redis .*trying again")
    void tellsOfAnOutageAcrossWhichItGoesOn() {
        try (Site site = Site.withRedis("--public", "bench*"); HttpClient http = HttpClient.newHttpClient()) {
            Poller poller = new Poller(site.gateway(), http);
            for (String channel : List.of("bench:out", "price:out")) {
                JsonNode begin = poller.get("/channels/" + channel + "?since=none");
                String since = "/channels/" + channel + "?since=" + begin.path("epoch").asText() + "-";
                String events = "/events?channels=" + channel + "&lastEventId="
                        + poller.get("/events?channels=" + channel).path("id").asText();
                site.publish(channel, number(1));
                assertThat(poller.get(since + "0&wait=20000").path("seq").asInt()).isEqualTo(1);
                site.redis().stop();
                site.gateway().awaitHealth("degraded");
                site.redis().start();
                site.gateway().awaitHealth("up");
                site.publish(channel, number(2));
                JsonNode after = poller.get(since + "2&wait=20000");
                assertThat(after.path("recovered").asBoolean()).isTrue();
                assertThat(poller.get(since + "0").path("messages")).extracting(LongPollIT::told)
                        .containsExactly("1", "upstream", "2");
                assertThat(poller.get(since + "1").path("messages")).extracting(LongPollIT::told)
                        .containsExactly("upstream", "2");
                assertThat(poller.get(events).path("messages")).extracting(LongPollIT::told)
                        .endsWith("upstream", "2");
            }
            http.shutdownNow();
        }
    }

    private static String told(JsonNode message) {
        return message.path("reason").asText() + message.path("data").path("n").asText();
    }
}
