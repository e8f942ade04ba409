package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.gateway.metrics.Counter;

/** Requests as RFC 9113 §8 has them, and those that break it. */
class Http2RulesTest {
    private static final int WHOLE = RawHttp2.END_HEADERS | RawHttp2.END_STREAM;

    private TestPort port;
    private RawHttp2 client;

    @BeforeEach
    void start() throws Exception {
        port = TestPort.start(Map.of("headTimeoutMs", 5_000));
        client = new RawHttp2(port.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        port.close();
    }

    private static String[] get(String... more) {
        String[] start = {":method", "GET", ":scheme", "http", ":path", "/echo", ":authority", "h"};
        String[] all = Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return all;
    }

    private void assertServed(int stream, String... fields) throws Exception {
        client.send(RawHttp2.HEADERS, WHOLE, stream, RawHttp2.block(fields));
        assertThat(client.nextHeaders(stream).status()).hasToString("200");
    }

    private void assertReset(int stream, Http2Error error) throws Exception {
        RawHttp2.Frame reset = client.next(RawHttp2.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(stream);
        assertThat(reset.error()).isEqualTo((int) error.code());
    }

    static Stream<List<String>> malformed() {
        return Stream.of(get("X-Upper", "1"), get("connection", "close"), get("keep-alive", "1"),
                get("proxy-connection", "close"), get("transfer-encoding", "chunked"), get("upgrade", "h2c"),
                get("te", "gzip"), get("x", "a\r\nb"), get("x", "a\0b"), get("x y", "1"), get("", "1"),
                get(":unknown", "1"), get(":status", "200"), get(":path", "/echo"), get("x", "1", ":method", "GET"),
                get("host", "other"), get("host", "h", "host", "h"), get("content-length", "1"),
                get("content-length", "0", "content-length", "1"),
                new String[]{":method", "GET", ":scheme", "http", ":path", "/", ":authority", "user@h"},
                new String[]{":scheme", "http", ":path", "/"}, new String[]{":method", "GET", ":path", "/"},
                new String[]{":method", "GET", ":scheme", "http"},
                new String[]{":method", "GET", ":scheme", "http", ":path", ""}).map(List::of);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedRequestIsResetAndItsNeighboursAreNot(List<String> fields) throws Exception {
        client.send(RawHttp2.HEADERS, WHOLE, 1, RawHttp2.block(fields.toArray(String[]::new)));
        assertReset(1, Http2Error.PROTOCOL_ERROR);
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
        assertServed(3, get());
    }

    @Test
    void whatLooksOddIsServed() throws Exception {
        assertServed(1, get("te", "trailers", "host", "H", "cookie", "a=1", "cookie", "b=2", "x", ""));
        assertServed(3, ":scheme", "http", ":path", "/echo", ":method", "GET", "host", "h");
        assertServed(5, ":authority", "h", ":path", "/echo", ":scheme", "https", ":method", "GET");
    }

    @Test
    void aBodyIsAsLongAsAnnounced() throws Exception {
        client.headers(1, RawHttp2.request("POST", "/echo").add("content-length", "3"), false);
        client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[2]);
        assertReset(1, Http2Error.PROTOCOL_ERROR);
        client.headers(3, RawHttp2.request("POST", "/echo").add("content-length", "3"), false);
        client.send(RawHttp2.DATA, 0, 3, new byte[4]);
        assertReset(3, Http2Error.PROTOCOL_ERROR);
        client.headers(5, RawHttp2.request("POST", "/echo").add("content-length", "3"), false);
        client.send(RawHttp2.DATA, RawHttp2.PADDED | RawHttp2.END_STREAM, 5, new byte[]{2, 'a', 'b', 'c', 0, 0});
        assertThat(client.nextHeaders(5).status()).hasToString("200");
        assertThat(client.next(RawHttp2.DATA).text()).endsWith("|abc");
    }

    @Test
    void trailersEndARequest() throws Exception {
        client.headers(1, RawHttp2.request("POST", "/echo"), false);
        client.send(RawHttp2.DATA, 0, 1, TestPort.ascii("abc"));
        client.send(RawHttp2.HEADERS, WHOLE, 1, RawHttp2.block("digest", "x"));
        assertThat(client.nextHeaders(1).status()).hasToString("200");
        assertThat(client.next(RawHttp2.DATA).text()).endsWith("|abc");
        client.headers(3, RawHttp2.request("POST", "/echo"), false);
        client.send(RawHttp2.HEADERS, WHOLE, 3, RawHttp2.block(":path", "/"));
        assertReset(3, Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void aStreamThatHasEndedStaysSo() throws Exception {
        client.get(1, "/hold");
        client.send(RawHttp2.HEADERS, WHOLE, 1, RawHttp2.block("late", "1"));
        assertReset(1, Http2Error.STREAM_CLOSED);
        // This one was reset by us: what was on its way is no breach, and is not answered twice.
        client.send(RawHttp2.HEADERS, WHOLE, 1, RawHttp2.block("late", "1"));
        assertServed(3, get());
        client.next(RawHttp2.DATA);
        client.send(RawHttp2.HEADERS, WHOLE, 3, RawHttp2.block(get()));
        assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
    }

    @Test
    void streamIdentifiersRise() throws Exception {
        for (int stream = 5; stream < 500; stream += 2) {
            assertServed(stream, get());
            client.next(RawHttp2.DATA);
        }
        assertServed(505, get());
        client.next(RawHttp2.DATA);
        client.send(RawHttp2.HEADERS, WHOLE, 503, RawHttp2.block(get()));
        assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
    }

    @Test
    void whatIsOnItsWayToARefusedStreamIsNoBreach() throws Exception {
        client.headers(1, RawHttp2.request("POST", "/echo").add("content-length", "99999"), false);
        assertThat(client.nextHeaders(1).status()).hasToString("413");
        client.send(RawHttp2.DATA, 0, 1, new byte[1_000]);
        client.send(RawHttp2.HEADERS, WHOLE, 1, RawHttp2.block("digest", "x"));
        client.window(1, 1_000);
        client.send(RawHttp2.RST_STREAM, 0, 1, new byte[4]);
        assertServed(3, get());
    }

    @Test
    void continueIsSaidBeforeTheBody() throws Exception {
        client.headers(1, RawHttp2.request("POST", "/echo").add("expect", "100-continue"), false);
        RawHttp2.Frame frame = client.next(RawHttp2.HEADERS);
        assertThat(frame.has(RawHttp2.END_STREAM)).isFalse();
        assertThat(client.decode(frame).status()).hasToString("100");
        client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, TestPort.ascii("abc"));
        assertThat(client.nextHeaders(1).status()).hasToString("200");
        assertThat(client.next(RawHttp2.DATA).text()).endsWith("|abc");

        client.headers(3,
                RawHttp2.request("POST", "/echo").add("expect", "100-continue").add("content-length", "99999"),
                false);
        assertThat(client.nextHeaders(3).status()).hasToString("413");
        client.headers(5, RawHttp2.request("POST", "/echo").add("expect", "miracles"), false);
        assertThat(client.nextHeaders(5).status()).hasToString("417");
    }

    @Test
    void methodsAreAnsweredAsOnHttp1() throws Exception {
        client.headers(1, RawHttp2.request("DELETE", "/echo"), true);
        Http2Headers refused = client.nextHeaders(1);
        assertThat(refused.status()).hasToString("405");
        assertThat(refused.get("allow")).hasToString("GET, HEAD, POST, OPTIONS");
        client.headers(3, RawHttp2.request("OPTIONS", "/echo"), true);
        assertThat(client.nextHeaders(3).status()).hasToString("204");
        client.headers(5, RawHttp2.request("OPTIONS", "*"), true);
        assertThat(client.nextHeaders(5).status()).hasToString("204");
        client.headers(7, RawHttp2.request("GET", "echo"), true);
        assertThat(client.nextHeaders(7).status()).hasToString("400");
    }

    @Test
    void anUpgradeOfHttp1IsIgnored() throws Exception {
        try (RawClient http1 = new RawClient(port.port())) {
            String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
            http1.send("GET /echo HTTP/1.1\r\nHost: h\r\n" + upgrade + "\r\n");
            assertThat(http1.readResponse()).startsWith("HTTP/1.1 200 OK").contains("HTTP/1.1|GET|/echo");
        }
    }
}
