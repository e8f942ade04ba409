package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/** Event streams that share a compressor end whole: a decoder reads each of them to its very end, and finds nothing missing. */
final class CompressedStreamsEndIT {
    private static final int STREAMS = 3;
    private static final int UPDATES = 60;
    private static final Pattern UPDATE = Pattern.compile("\"seq\":(\\d+),\"data\":(\\d+)}");

    @BeforeAll
    static void loadDecoder() {
        Brotli4jLoader.ensureAvailability();
    }

    @ParameterizedTest
    @CsvSource({"gzip, HTTP_1_1", "gzip, HTTP_2", "zstd, HTTP_1_1", "zstd, HTTP_2", "br, HTTP_1_1", "br, HTTP_2"})
    void everyStreamEndsWholeAsTheGatewayStops(String coding, HttpClient.Version version, @TempDir Path directory)
            throws Exception {
        Certificate certificate = Certificate.make(directory);
        HttpClient http = HttpClient.newBuilder().sslContext(certificate.trusting()).version(version).build();
        try (GatewayFixture gateway = GatewayFixture.startWithTls(certificate, "--public", "bench*",
                "--keyframe-blocks", "16", "--drain-ms", "1000")) {
            awaitLibraries(http, gateway);
            List<CompletableFuture<String>> texts = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                texts.add(open(http, gateway, coding));
            }
            gateway.awaitMetric("tickgate_subscriptions", STREAMS);
            int[] published = {0};
            await().until(() -> {
                double before = shared(gateway);
                gateway.publish("bench:a", IntStream.range(published[0], published[0] + UPDATES)
                        .mapToObj(Integer::toString).toList());
                published[0] += UPDATES;
                gateway.awaitMetric("tickgate_updates_total{outcome=\"delivered\"}", STREAMS * published[0]);
                return shared(gateway) - before == (coding.equals("br") ? 0 : STREAMS * UPDATES);
            });
            gateway.stop().join();
            for (CompletableFuture<String> text : texts) {
                check(text.join(), published[0]);
            }
        } finally {
            http.shutdownNow();
        }
    }

    private static double shared(GatewayFixture gateway) {
        return gateway.metric("tickgate_shared_deliveries_total");
    }

    /** They are loaded when somebody asks for the first time. */
    private static void awaitLibraries(HttpClient http, GatewayFixture gateway) {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/")).header("accept-encoding", "br").build();
        await().until(() -> http.send(request, BodyHandlers.discarding()).headers().firstValue("content-encoding")
                .equals(Optional.of("br")));
    }

    private static CompletableFuture<String> open(HttpClient http, GatewayFixture gateway, String coding)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/events?channels=bench:a"))
                .header("accept-encoding", coding).build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("content-encoding")).contains(coding);
        assertThat(response.headers().allValues("vary")).contains("accept-encoding");
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (InputStream decoded = decoded(coding, response.body())) {
                text.complete(new String(decoded.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException | RuntimeException broken) {
                text.completeExceptionally(broken);
            }
        });
        return text;
    }

    private static InputStream decoded(String coding, InputStream body) throws IOException {
        return switch (coding) {
            case "gzip" -> new GZIPInputStream(body);
            case "zstd" -> new ZstdInputStream(body);
            case "br" -> new BrotliInputStream(body);
            default -> throw new AssertionError(coding);
        };
    }

    private static void check(String text, int published) {
        List<Integer> numbers = new ArrayList<>();
        for (Matcher update = UPDATE.matcher(text); update.find();) {
            assertThat(Integer.parseInt(update.group(1))).isEqualTo(Integer.parseInt(update.group(2)) + 1);
            numbers.add(Integer.parseInt(update.group(2)));
        }
        assertThat(numbers).isEqualTo(IntStream.range(0, published).boxed().toList());
        assertThat(text).startsWith("retry: ").contains("\"op\":\"subscribed\"").endsWith("\n\n");
        assertThat(text.substring(text.lastIndexOf("event: control"))).contains("\"op\":\"goaway\"");
    }
}
