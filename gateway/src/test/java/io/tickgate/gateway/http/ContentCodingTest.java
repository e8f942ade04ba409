package io.tickgate.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import com.aayushatharva.brotli4j.decoder.Decoder;
import com.github.luben.zstd.Zstd;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.compress.Coding;

/** Which content coding a whole response gets, and what its head says of it, over both versions of HTTP. */
class ContentCodingTest {
    private static final String EVERY_CODING = "gzip, deflate, br, zstd";

    private TestPort port;
    private RawClient http1;
    private RawHttp2 http2;
    private int nextStream = 1;

    enum Version {
        HTTP1, HTTP2
    }

    /** @param text the body, a character for each byte */
    private record Answer(int status, Map<String, String> headers, String text) {
        String header(String name) {
            return headers.get(name);
        }

        byte[] body() {
            return text.getBytes(ISO_8859_1);
        }
    }

    @BeforeAll
    static void loadLibraries() {
        CodingLibraries.load().join();
    }

    private void start(Version version, Map<String, Object> settings) throws IOException {
        port = TestPort.start(settings);
        if (version == Version.HTTP1) {
            http1 = new RawClient(port.port());
        } else {
            http2 = new RawHttp2(port.port());
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (http1 != null) {
            http1.close();
        }
        if (http2 != null) {
            http2.close();
        }
        port.close();
    }

    /** @param headers names and values in turn */
    private Answer ask(String method, String target, String... headers) throws Exception {
        return http1 == null ? askHttp2(method, target, headers) : askHttp1(method, target, headers);
    }

    private Answer get(String target, String... headers) throws Exception {
        return ask("GET", target, headers);
    }

    private Answer askHttp1(String method, String target, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: h\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        http1.send(request + "\r\n");
        String head = http1.readUntil("\r\n\r\n");
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                assertThat(fields.put(line.substring(0, colon), line.substring(colon + 2))).as(line).isNull();
            }
        }
        int length = method.equals("HEAD") ? 0 : Integer.parseInt(fields.getOrDefault("content-length", "0"));
        return new Answer(Integer.parseInt(head.substring(9, 12)), fields,
                new String(http1.read(length), ISO_8859_1));
    }

    private Answer askHttp2(String method, String target, String... headers) throws Exception {
        int stream = nextStream;
        nextStream += 2;
        Http2Headers request = RawHttp2.request(method, target);
        for (int i = 0; i < headers.length; i += 2) {
            request.add(headers[i], headers[i + 1]);
        }
        http2.headers(stream, request, true);
        http2.window(stream, 1 << 24);
        Http2Headers head = http2.nextHeaders(stream);
        Map<String, String> fields = new LinkedHashMap<>();
        head.forEach(field -> assertThat(fields.put(field.getKey().toString(), field.getValue().toString()))
                .as("another " + field.getKey()).isNull());
        int length = method.equals("HEAD") ? 0 : Integer.parseInt(fields.getOrDefault("content-length", "0"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < length) {
            body.writeBytes(ByteBufUtil.getBytes(http2.next(RawHttp2.DATA).payload()));
        }
        return new Answer(Integer.parseInt(head.status().toString()), fields, body.toString(ISO_8859_1));
    }

    private static byte[] decoded(String coding, byte[] body, int bytes) throws IOException {
        return switch (coding) {
            case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            case "br" -> Decoder.decompress(body).getDecompressedData();
            case "zstd" -> Zstd.decompress(body, bytes);
            default -> throw new AssertionError(coding);
        };
    }

    private static void assertPlain(Answer answer, int bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-encoding")).isNull();
        assertThat(answer.body()).isEqualTo(TestPort.text(bytes));
    }

    private static void assertCoded(Answer answer, String coding, int bytes) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-encoding")).isEqualTo(coding);
        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(answer.body().length));
        assertThat(answer.body()).hasSizeLessThan(bytes * 2 / 3);
        assertThat(decoded(coding, answer.body(), bytes)).isEqualTo(TestPort.text(bytes));
        assertThat(answer.header("vary")).isEqualTo("accept-encoding");
    }

    @ParameterizedTest
    @EnumSource
    void givesEachClientTheCodingItTakesMostGladly(Version version) throws Exception {
        start(version, Map.of());
        for (int bytes : new int[]{1_024, 5_000, 60_000, 512 * 1_024}) {
            assertCoded(get("/body?bytes=" + bytes, "accept-encoding", EVERY_CODING), "zstd", bytes);
            assertCoded(get("/body?bytes=" + bytes, "accept-encoding", "gzip, br"), "br", bytes);
            assertCoded(get("/body?bytes=" + bytes, "accept-encoding", "x-gzip, deflate"), "gzip", bytes);
            assertCoded(get("/body?bytes=" + bytes, "accept-encoding", "gzip;q=1, *;q=0.5"), "gzip", bytes);
            assertPlain(get("/body?bytes=" + bytes), bytes);
            assertPlain(get("/body?bytes=" + bytes, "accept-encoding", "identity, gzip;q=0.1"), bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAllLinesOfTheHeader(Version version) throws Exception {
        start(version, Map.of());
        assertCoded(get("/body?bytes=2000", "accept-encoding", "deflate", "accept-encoding", "br"), "br", 2_000);
        assertCoded(get("/body?bytes=2000", "accept-encoding", "zstd;q=0", "accept-encoding", "*"), "br", 2_000);
    }

    @ParameterizedTest
    @EnumSource
    void weakensTheTagOfWhatItCompressesAlsoWhereItIsNotSentAgain(Version version) throws Exception {
        start(version, Map.of());
        for (String coding : List.of("gzip", "br", "zstd")) {
            Answer whole = get("/body?bytes=2000", "accept-encoding", coding);
            assertThat(whole.header("etag")).isEqualTo("W/\"v1\"");
            Answer same = get("/body?bytes=2000", "accept-encoding", coding, "if-none-match", whole.header("etag"));
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.body()).isEmpty();
            assertThat(same.headers()).doesNotContainKeys("content-encoding", "content-length", "content-type");
            for (String name : List.of("etag", "vary", "cache-control")) {
                assertThat(same.header(name)).as(name).isEqualTo(whole.header(name)).isNotNull();
            }
        }
        assertThat(get("/body?bytes=2000").header("etag")).isEqualTo("\"v1\"");
        assertThat(get("/body?bytes=2000", "if-none-match", "\"v1\"").header("etag")).isEqualTo("\"v1\"");
        assertThat(get("/body?bytes=500", "accept-encoding", "gzip", "if-none-match", "\"v1\"").headers())
                .containsEntry("etag", "\"v1\"").doesNotContainKey("vary");
    }

    @ParameterizedTest
    @EnumSource
    void tellsCachesThatOthersGetAnotherBody(Version version) throws Exception {
        start(version, Map.of("origins", List.of("https://desk.example.com")));
        assertThat(get("/body?bytes=2000").header("vary")).isEqualTo("origin, accept-encoding");
        assertThat(get("/body?bytes=2000", "accept-encoding", "gzip", "origin", "https://desk.example.com")
                .header("vary")).isEqualTo("origin, accept-encoding");
        assertThat(get("/body?bytes=1000").header("vary")).isEqualTo("origin");
    }

    @ParameterizedTest
    @EnumSource
    void answersHeadAsItWouldGet(Version version) throws Exception {
        start(version, Map.of());
        Answer whole = get("/body?bytes=2000", "accept-encoding", EVERY_CODING);
        Answer head = ask("HEAD", "/body?bytes=2000", "accept-encoding", EVERY_CODING);
        whole.headers().remove("date");
        head.headers().remove("date");
        assertThat(head.headers()).isEqualTo(whole.headers()).containsEntry("content-encoding", "zstd");
    }

    @ParameterizedTest
    @CsvSource({"1023, application/json", "524289, application/json", "2000, image/png",
            "2000, application/octet-stream"})
    void leavesAloneWhatIsSmallOrLargeOrNoText(int bytes, String type) throws Exception {
        start(Version.HTTP1, Map.of());
        Answer answer = get("/body?bytes=" + bytes + "&type=" + type, "accept-encoding", EVERY_CODING);
        assertPlain(answer, bytes);
        assertThat(answer.header("vary")).isNull();
        assertThat(answer.header("etag")).isEqualTo("\"v1\"");
    }

    @Test
    void leavesAloneWhatHasACodingAlready() throws Exception {
        start(Version.HTTP1, Map.of());
        Answer answer = get("/body?bytes=2000&coding=deflate", "accept-encoding", EVERY_CODING);
        assertThat(answer.header("content-encoding")).isEqualTo("deflate");
        assertThat(answer.body()).isEqualTo(TestPort.text(2_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain;%20version=0.0.4", "TEXT/HTML", "text/javascript", "application/javascript",
            "image/svg%2Bxml", "application/json;charset=utf-8"})
    void compressesTextOfEveryKind(String type) throws Exception {
        start(Version.HTTP1, Map.of());
        assertCoded(get("/body?bytes=2000&type=" + type, "accept-encoding", "gzip"), "gzip", 2_000);
    }

    @Test
    void compressesAFileThoroughlyAndOnce() throws Exception {
        start(Version.HTTP1, Map.of());
        int bytes = TestPort.FILE_BYTES;
        for (String coding : List.of("gzip", "br", "zstd")) {
            Answer quick = get("/body?type=text/javascript&bytes=" + bytes, "accept-encoding", coding);
            Answer file = get("/file", "accept-encoding", coding);
            assertCoded(file, coding, bytes);
            assertThat(file.body()).hasSizeLessThan(quick.body().length);
            assertThat(get("/file", "accept-encoding", coding).body()).isEqualTo(file.body());
        }
        assertCoded(get("/file", "accept-encoding", EVERY_CODING), "br", bytes);
        SharedBody shared = new SharedBody(TestPort.text(bytes));
        assertThat(shared.in(Coding.GZIP))
                .isSameAs(shared.in(Coding.GZIP));
    }

    @ParameterizedTest
    @EnumSource
    void compressesNothingWhereItIsNotTo(Version version) throws Exception {
        start(version, Map.of("compression", false));
        Answer answer = get("/body?bytes=2000", "accept-encoding", EVERY_CODING);
        assertPlain(answer, 2_000);
        assertThat(answer.header("vary")).isNull();
        assertThat(get("/file", "accept-encoding", EVERY_CODING).header("content-encoding")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip;q=high", "gzip, br;q=1.0001", "gzip gzip", "gzip;;q=1"})
    void givesThePlainBodyToWhoeverAsksForNonsense(String header) throws Exception {
        start(Version.HTTP2, Map.of());
        assertPlain(get("/body?bytes=2000", "accept-encoding", header), 2_000);
    }

    @Test
    void givesThePlainBodyToWhoeverFillsTheHeadWithCodings() throws Exception {
        start(Version.HTTP1, Map.of());
        assertPlain(get("/body?bytes=2000", "accept-encoding", "gzip," + "x,".repeat(7_500)), 2_000);
    }

    @Test
    void goesOnWithTheNextRequestAfterACompressedAnswer() throws Exception {
        start(Version.HTTP1, Map.of());
        String request = "GET /body?bytes=3000 HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n";
        http1.send(request.repeat(3) + "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
        for (int i = 0; i < 3; i++) {
            String answer = http1.readResponse();
            byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
            assertThat(decoded("gzip", body, 3_000)).isEqualTo(TestPort.text(3_000));
        }
        assertThat(http1.readResponse()).contains("|GET|/echo|");
    }
}
