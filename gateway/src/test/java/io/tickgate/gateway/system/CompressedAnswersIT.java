package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;

/** Which paths of the contract are compressed for a client that takes gzip, and that it is told the same. */
class CompressedAnswersIT {
    private static final String LONG = "\"" + "a long payload ".repeat(200) + "\"";

    private static GatewayFixture gateway;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start("--public", "log:*");
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        gateway.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path));
        try {
            return http.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    /** What an answer says that must have come in gzip. */
    private static String text(HttpResponse<byte[]> response) throws IOException {
        assertThat(header(response, "content-encoding")).isEqualTo("gzip");
        assertThat(header(response, "vary")).isEqualTo("accept-encoding");
        byte[] text = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        assertThat(response.body()).hasSizeLessThan(text.length);
        return new String(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/main.js", "/css/panels.css", "/view/format.js"})
    void aPageIsCompressed(String path) throws IOException {
        assertThat(text(get(path, "accept-encoding", "gzip"))).isEqualTo(gateway.get(path).body());
    }

    @Test
    void metricsAreCompressed() throws IOException {
        assertThat(text(get("/metrics", "accept-encoding", "gzip"))).startsWith("# HELP ");
    }

    @Test
    void aLongLastValueIsCompressedAndKnownByItsWeakTag() throws IOException {
        gateway.publish("price:long", LONG);
        HttpResponse<byte[]> whole = get("/channels/price:long", "accept-encoding", "gzip");
        assertThat(text(whole)).isEqualTo(gateway.get("/channels/price:long").body()).contains(LONG);
        String tag = header(whole, "etag");
        assertThat(tag).isEqualTo("W/" + header(gateway.get("/channels/price:long"), "etag"));

        HttpResponse<byte[]> same = get("/channels/price:long", "accept-encoding", "gzip", "if-none-match", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(header(same, "etag")).isEqualTo(tag);
        assertThat(header(same, "vary")).isEqualTo("accept-encoding");
        assertThat(gateway.get("/channels/price:long", "if-none-match", tag).statusCode()).isEqualTo(304);

        gateway.publish("price:long", "1");
        HttpResponse<byte[]> brief = get("/channels/price:long", "accept-encoding", "gzip", "if-none-match", tag);
        assertThat(brief.statusCode()).isEqualTo(200);
        assertThat(header(brief, "content-encoding")).isNull();
        assertThat(header(brief, "etag")).startsWith("\"");
    }

    @Test
    void longPollsAreCompressed() throws IOException {
        gateway.publish("price:poll", LONG);
        String path = "/events?channels=price:poll";
        assertThat(text(get(path, "accept", "application/json", "accept-encoding", "gzip"))).contains(LONG);
    }

    @Test
    void pollsOfSocketIoAreCompressedFromTheLengthThatTheReferenceServerTakes() throws IOException {
        HttpResponse<byte[]> open = get("/socket.io/?EIO=4&transport=polling", "accept-encoding", "gzip");
        assertThat(header(open, "content-encoding")).isNull();
        String sid = GatewayFixture.json(new String(open.body(), StandardCharsets.UTF_8).substring(1)).path("sid")
                .asText();
        String path = "/socket.io/?EIO=4&transport=polling&sid=" + sid;
        gateway.publish("price:socket", LONG);
        gateway.request("POST", path, "40\u001e42[\"subscribe\",\"price:socket\"]");

        StringBuilder packets = new StringBuilder();
        boolean isCompressed = false;
        while (packets.indexOf(LONG) < 0) {
            HttpResponse<byte[]> poll = get(path, "accept-encoding", "gzip");
            isCompressed = header(poll, "content-encoding") != null;
            packets.append(isCompressed ? text(poll) : new String(poll.body(), StandardCharsets.UTF_8));
        }
        assertThat(isCompressed).as("the poll with the long payload").isTrue();
        assertThat(packets).contains("42[\"price_update\"," + LONG + "]");
    }
}
