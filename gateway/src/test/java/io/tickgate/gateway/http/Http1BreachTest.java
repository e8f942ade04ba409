package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.gateway.metrics.Counter;

/**
 * Request smuggling: every shape that a proxy before us may read otherwise than we is refused, and what follows it is not a
 * request.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http1BreachTest {
    private static final String SMUGGLED = "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    private TestPort port;

    @BeforeAll
    void start() throws IOException {
        port = TestPort.start(Map.of());
    }

    @AfterAll
    void stop() {
        port.close();
    }

    @AfterEach
    void forget() {
        port.held.clear();
    }

    // The shapes.

    private static String head(String requestLine, String... fields) {
        List<String> lines = new ArrayList<>(List.of(requestLine, "Host: h"));
        lines.addAll(List.of(fields));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String post(String body, String... fields) {
        return head("POST /echo HTTP/1.1", fields) + body;
    }

    private static Arguments shape(String name, String request) {
        return Arguments.of(name, request, 400, Counter.HTTP1_MALFORMED);
    }

    static List<Arguments> lengths() {
        List<Arguments> shapes = new ArrayList<>(List.of(
                shape("two lengths", post("hello", "Content-Length: 5", "Content-Length: 6")),
                shape("the same length twice", post("hello", "Content-Length: 5", "Content-Length: 5")),
                shape("the same length twice, in two spellings",
                        post("hello", "Content-Length: 5", "CONTENT-length: 5")),
                shape("two lengths in HTTP/1.0",
                        head("POST /echo HTTP/1.0", "Content-Length: 5", "Content-Length: 50") + "hello"),
                shape("the same length twice in HTTP/1.0",
                        head("POST /echo HTTP/1.0", "Content-Length: 5", "Content-Length: 5") + "hello"),
                shape("a length in the next line", post("hello", "Content-Length:\r\n 5")),
                shape("a length that goes on in the next line", post("hello", "Content-Length: 5\r\n 0")),
                shape("a body that only drafts of WebSocket knew",
                        head("GET /echo HTTP/1.1", "Sec-WebSocket-Key1: 1", "Sec-WebSocket-Key2: 2") + "GET /hol")));
        for (String length : List.of("5, 5", "5,6", "5;5", "-5", "+5", "0x5", "5 5", "5\t5", "", "five", "5a", "5.0",
                "5\u00a0",
                "\u00a05", "5\u00b2", "\u000b5", "5\u000b", "9223372036854775808", "18446744073709551621",
                "99999999999999999999999")) {
            shapes.add(shape("the length '" + length + "'", post("hello", "Content-Length: " + length)));
        }
        return shapes;
    }

    static List<Arguments> codings() {
        String none = "0\r\n\r\n";
        List<Arguments> shapes = new ArrayList<>(List.of(
                shape("a length, then a coding", post(none, "Content-Length: 5", CHUNKED)),
                shape("a coding, then a length", post(none, CHUNKED, "Content-Length: 5")),
                shape("a coding and no length at all", post(none, CHUNKED, "Content-Length:")),
                shape("the same coding twice", post(none, CHUNKED, CHUNKED)),
                shape("two codings in two fields", post(none, "Transfer-Encoding: gzip", CHUNKED)),
                shape("two codings in two fields, the other way", post(none, CHUNKED, "Transfer-Encoding: identity")),
                shape("a coding in HTTP/1.0", head("POST /echo HTTP/1.0", CHUNKED) + none),
                shape("a coding and a length in HTTP/1.0",
                        head("POST /echo HTTP/1.0", CHUNKED, "Content-Length: 5") + none),
                shape("a space before the colon of a coding", post(none, "Transfer-Encoding : chunked")),
                shape("a tab before the colon of a coding", post(none, "Transfer-Encoding\t: chunked")),
                shape("a coding in the next line", post(none, "Transfer-Encoding:\r\n chunked")),
                shape("a coding behind a folded line", post(none, "X: a\r\n\tb", CHUNKED)),
                shape("a coding behind a bare CR", post(none, "X: a\rTransfer-Encoding: chunked")),
                shape("a coding behind a bare LF", post(none, "X: a\nTransfer-Encoding: chunked"))));
        for (String coding : List.of("identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked",
                "chunked,",
                ", chunked", "xchunked", "chunkedx", "chunked;q=1", "\"chunked\"", "'chunked'", "\u000bchunked",
                "chunked\u000b", "chunked\u00a0", "\u00a0chunked", "chunked\u0000", "")) {
            shapes.add(shape("the coding '" + coding + "'", post(none, "Transfer-Encoding: " + coding)));
        }
        return shapes;
    }

    static List<Arguments> lines() {
        List<Arguments> shapes = new ArrayList<>();
        for (String line : List.of("GET  /echo HTTP/1.1", "GET /echo  HTTP/1.1", " GET /echo HTTP/1.1",
                "\tGET /echo HTTP/1.1",
                "GET /echo HTTP/1.1 ", "GET\t/echo HTTP/1.1", "GET /echo\tHTTP/1.1", "GET\u000b/echo HTTP/1.1",
                "GET\f/echo HTTP/1.1", "GET\r/echo HTTP/1.1", "GET /echo\rHTTP/1.1", "GET /echo HTTP/1.1\r",
                "GET /echo HTTP/1.1\t", "GET /echo", "GET", "GET /echo ", "GET HTTP/1.1", "GET /echo http/1.1",
                "GET /echo Http/1.1", "GET /echo HTTP/1.1x", "GET /echo HTTP/11", "GET /echo HTTP/1,1",
                "GET /echo HTTP/1.",
                "GET /echo HTTP/01.1", "GET /echo HTTP/1.10", "GET /echo XTTP/1.1", "GET /echo /hold HTTP/1.1",
                "GET /echo HTTP/1.1 HTTP/1.1", "GE(T /echo HTTP/1.1", "GET: /echo HTTP/1.1", "G\u0000T /echo HTTP/1.1",
                "G\u00c4T /echo HTTP/1.1", "GET /ec\u0000ho HTTP/1.1", "GET /ec\u007fho HTTP/1.1",
                "GET /ec\u0001ho HTTP/1.1",
                "GET /ec\u001bho HTTP/1.1", "\u0000GET /echo HTTP/1.1")) {
            shapes.add(shape("the request line '" + line + "'", head(line)));
        }
        for (String begin : List.of("\n", "\r", "\r\r\n", "\n\r\n", "\r\n\r\n", "\r\n\n", "\r\n\r", "\r\n ")) {
            shapes.add(shape("'" + begin + "' before the request line", begin + head("GET /echo HTTP/1.1")));
        }
        shapes.add(shape("LF for CRLF", "GET /echo HTTP/1.1\nHost: h\n\n"));
        shapes.add(shape("LF behind the request line", "GET /echo HTTP/1.1\nHost: h\r\n\r\n"));
        shapes.add(shape("LF behind a field", "GET /echo HTTP/1.1\r\nHost: h\n\r\n"));
        shapes.add(shape("LF as the empty line", "GET /echo HTTP/1.1\r\nHost: h\r\n\n"));
        shapes.add(shape("CR for CRLF", "GET /echo HTTP/1.1\rHost: h\r\r\n\r\n"));
        shapes.add(shape("CR as the empty line", "GET /echo HTTP/1.1\r\nHost: h\r\n\rX: y\r\n\r\n"));
        shapes.add(shape("CRCRLF behind a field", "GET /echo HTTP/1.1\r\nHost: h\r\r\n\r\n"));
        return shapes;
    }

    static List<Arguments> fields() {
        List<Arguments> shapes = new ArrayList<>();
        for (String field : List.of("X : y", "X\t: y", " X: y", "\tX: y", ": y", ":", "no colon", "X Y: z",
                "X\u0000: y",
                "X\u000b: y", "X(: y", "X\"Y: z", "\u00c4: y", "X\u007f: y", "X: a\r\n b", "X: a\r\n\tb",
                "X: a\r\n \r\n",
                "X: a\u0000b", "X: a\rb", "X: a\nb", "X: \u0001", "X: a\u001bb", "X: a\u007f", "X: a\u000b",
                "X:\u000ba",
                "X: a\fb")) {
            shapes.add(shape("the field '" + field + "'", head("GET /echo HTTP/1.1", field)));
        }
        for (String folded : List.of(" ", "\t")) {
            shapes.add(shape("white space before the first field",
                    "GET /echo HTTP/1.1\r\n" + folded + "X: y\r\nHost: h\r\n\r\n"));
        }
        return shapes;
    }

    static List<Arguments> chunks() {
        List<Arguments> shapes = new ArrayList<>();
        for (String size : List.of("0x5", "-5", "+5", " 5", "5 ", "5\t", "", "five", "5g", "5,5", ";", ";a=b",
                "80000000",
                "ffffffffffffffff", "10000000000000005", "5\u00a0", "5\r", "5\u0000", "5;a\rb", "5;a\u0000", "5;a=\"",
                "5;a=\"\r\"",
                "5;a=\"\u0000\"", "5;a b=c\u007f")) {
            shapes.add(shape("the chunk size '" + size + "'", post(size + "\r\nhello\r\n0\r\n\r\n", CHUNKED)));
        }
        shapes.add(shape("LF behind a chunk size", post("5\nhello\r\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("LF in a chunk extension", post("5;a\nb\r\nhello\r\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("LF behind a chunk extension", post("5;a=b\nhello\r\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("LF behind a chunk", post("5\r\nhello\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("CR behind a chunk", post("5\r\nhello\r0\r\n\r\n", CHUNKED)));
        shapes.add(shape("nothing behind a chunk", post("5\r\nhello0\r\n\r\n", CHUNKED)));
        shapes.add(shape("a chunk longer than it says", post("5\r\nhello!\r\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("LF behind the last chunk", post("5\r\nhello\r\n0\n\r\n", CHUNKED)));
        shapes.add(shape("LF as the end of the body", post("5\r\nhello\r\n0\r\n\n", CHUNKED)));
        shapes.add(shape("a folded trailer", post("0\r\nX: a\r\n b\r\n\r\n", CHUNKED)));
        shapes.add(shape("a folded trailer behind zeros", post("000;a=b\r\nX: a\r\n\tb\r\n\r\n", CHUNKED)));
        shapes.add(shape("white space before the first trailer", post("0\r\n X: a\r\n\r\n", CHUNKED)));
        shapes.add(shape("a trailer without colon", post("0\r\nnonsense\r\n\r\n", CHUNKED)));
        shapes.add(shape("a space before a trailer's colon", post("0\r\nX : y\r\n\r\n", CHUNKED)));
        shapes.add(shape("LF behind a trailer", post("0\r\nX: y\n\r\n", CHUNKED)));
        shapes.add(shape("NUL in a trailer", post("0\r\nX: \u0000\r\n\r\n", CHUNKED)));
        shapes.add(shape("one long chunk extension",
                post("5;a=" + "b".repeat(8_200) + "\r\nhello\r\n0\r\n\r\n", CHUNKED)));
        shapes.add(shape("many chunk extensions",
                post(("1;a=" + "b".repeat(100) + "\r\nx\r\n").repeat(300) + "0\r\n\r\n", CHUNKED)));
        return shapes;
    }

    static List<Arguments> hosts() {
        List<Arguments> shapes = new ArrayList<>(List.of(
                shape("no host", "GET /echo HTTP/1.1\r\n\r\n"),
                shape("two hosts", head("GET /echo HTTP/1.1", "Host: other")),
                shape("the same host twice", head("GET /echo HTTP/1.1", "Host: h")),
                shape("two hosts in HTTP/1.0", head("GET /echo HTTP/1.0", "Host: other"))));
        for (String host : List.of("a b", "a, b", "user@h", "h/x", "h?x", "h#x", "h:80:80", "h:8o", "h:-1", "h\\x",
                "[::1", "::1",
                "[::1]x", "[a]]", "h\u00e4", "<h>", "h\"")) {
            shapes.add(shape("the host '" + host + "'", "GET /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        }
        return shapes;
    }

    static List<Arguments> targets() {
        List<Arguments> shapes = new ArrayList<>();
        for (String target : List.of("echo", "echo/", "*", "h:80", "?q=1", "/echo#x", "/%zz", "/%", "/%4",
                "ftp://h/echo", "http:/echo",
                "http://", "http:///echo", "http://user@h/echo", "http://h:x/echo", "http://h h/echo",
                "http://h\\/echo",
                "//h/echo#")) {
            shapes.add(shape("the target '" + target + "'", head("GET " + target + " HTTP/1.1")));
        }
        return shapes;
    }

    static List<Arguments> others() {
        return List.of(
                Arguments.of("a long URL", head("GET /" + "a".repeat(8_192) + " HTTP/1.1"), 414,
                        Counter.HTTP1_HEAD_SIZE),
                Arguments.of("a URL without end", "GET /" + "a".repeat(16_384), 414, Counter.HTTP1_HEAD_SIZE),
                Arguments.of("a large head",
                        head("GET /echo HTTP/1.1", ("X: " + "a".repeat(1_000) + "\r\n").repeat(17).strip()),
                        431, Counter.HTTP1_HEAD_SIZE),
                Arguments.of("a large field", head("GET /echo HTTP/1.1", "X: " + "a".repeat(16_384)), 431,
                        Counter.HTTP1_HEAD_SIZE),
                Arguments.of("many fields",
                        head("GET /echo HTTP/1.1", "X:\r\n".repeat(Http1Decoder.MAX_FIELDS).strip()), 431,
                        Counter.HTTP1_HEAD_SIZE),
                Arguments.of("large trailers", post("0\r\n" + ("X: " + "a".repeat(1_000) + "\r\n").repeat(17), CHUNKED),
                        431,
                        Counter.HTTP1_HEAD_SIZE),
                Arguments.of("many trailers", post("0\r\n" + "X:\r\n".repeat(Http1Decoder.MAX_FIELDS + 1), CHUNKED),
                        431,
                        Counter.HTTP1_HEAD_SIZE),
                Arguments.of("HTTP/3.0", head("GET /echo HTTP/3.0"), 505, Counter.HTTP1_UNSUPPORTED),
                Arguments.of("HTTP/2.0", head("GET /echo HTTP/2.0"), 505, Counter.HTTP1_UNSUPPORTED),
                Arguments.of("HTTP/0.9 with its version", head("GET /echo HTTP/0.9"), 505, Counter.HTTP1_UNSUPPORTED),
                Arguments.of("another expectation", post("hi", "Content-Length: 2", "Expect: miracles"), 417,
                        Counter.HTTP1_UNSUPPORTED),
                Arguments.of("another expectation beside the known",
                        post("hi", "Content-Length: 2", "Expect: 100-continue", "Expect: miracles"), 417,
                        Counter.HTTP1_UNSUPPORTED),
                Arguments.of("a tunnel", head("CONNECT h:80 HTTP/1.1"), 501, Counter.HTTP1_UNSUPPORTED),
                Arguments.of("a tunnel to a path", head("CONNECT /echo HTTP/1.1"), 501, Counter.HTTP1_UNSUPPORTED),
                Arguments.of("a body announced too large", post("", "Content-Length: " + (TestPort.BODY_LIMIT + 1)),
                        413,
                        Counter.HTTP1_BODY_SIZE),
                Arguments.of("a body that grows too large",
                        post("1000\r\n" + "x".repeat(4_096) + "\r\n1\r\nx\r\n", CHUNKED), 413,
                        Counter.HTTP1_BODY_SIZE),
                Arguments.of("a body where none is taken", head("GET /channels/x HTTP/1.1", "Content-Length: 1") + "x",
                        413,
                        Counter.HTTP1_BODY_SIZE),
                Arguments.of("an upgrade with a body",
                        head("GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: upgrade",
                                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                "Content-Length: 33"),
                        413,
                        Counter.HTTP1_BODY_SIZE));
    }

    // How they are answered.

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "codings", "lines", "fields", "chunks", "hosts", "targets", "others"})
    void refusesAndClosesAndTakesNothingBehind(String name, String request, int status, Counter reason)
            throws Exception {
        refused(status, reason, 1, request + SMUGGLED);
    }

    /** As above, but what a proxy would take for the next request comes with a packet of its own, and byte by byte. */
    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "codings", "lines", "fields", "chunks"})
    void refusesThemByteByByte(String name, String request, int status, Counter reason) throws Exception {
        refused(status, reason, Math.max(1, request.length() / 400), request + SMUGGLED);
    }

    private void refused(int status, Counter reason, int packetBytes, String bytes) throws Exception {
        long requests = port.count(Counter.HTTP_REQUESTS);
        long refused = port.count(reason);
        long closed = port.count(Counter.CONNECTIONS_CLOSED);
        try (RawClient client = new RawClient(port.port())) {
            if (packetBytes == 1) {
                client.send(bytes);
            } else {
                for (int at = 0; at < bytes.length(); at += packetBytes) {
                    client.send(bytes.substring(at, Math.min(bytes.length(), at + packetBytes)));
                }
            }
            String answer = client.readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\r\nconnection: close\r\n")
                    .contains("\"code\":").containsOnlyOnce("HTTP/1.1");
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, closed + 1);
        assertThat(port.count(Counter.HTTP_REQUESTS)).isEqualTo(requests + 1);
        assertThat(port.count(reason)).isEqualTo(refused + 1);
        assertThat(port.held).isEmpty();
    }

    @Test
    void countsThemTogetherToo() throws Exception {
        long before = port.count(Counter.HTTP_MALFORMED);
        refused(400, Counter.HTTP1_MALFORMED, 1, "nonsense\r\n\r\n");
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(before + 1);
    }

    @Test
    void answersABreachInItsTurn() throws Exception {
        try (RawClient client = new RawClient(port.port())) {
            client.send(SMUGGLED + "GET /echo HTTP/1.1\r\n\r\n" + SMUGGLED);
            Exchange held = TestPort.next(port.held);
            port.onLoop(() -> held.respond(Response.text(200, "held")));
            assertThat(client.readResponse()).endsWith("held");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1");
        }
        assertThat(port.held).isEmpty();
    }

    @Test
    void refusesAPrefaceOfHttp2BehindARequest() throws Exception {
        try (RawClient client = new RawClient(port.port())) {
            client.send(head("GET /echo HTTP/1.1") + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SMUGGLED);
            client.readResponse();
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 505 ").containsOnlyOnce("HTTP/1.1");
        }
        assertThat(port.held).isEmpty();
    }

    // What only looks like them.

    static List<Arguments> harmless() {
        return List.of(Arguments.of("one empty line before", "\r\n" + head("GET /echo HTTP/1.1"), ""),
                Arguments.of("zeros before a length", post("hello", "Content-Length: 005"), "hello"),
                Arguments.of("white space around a length", post("hello", "Content-Length: \t5 \t"), "hello"),
                Arguments.of("a coding in capitals", post("0\r\n\r\n", "TRANSFER-ENCODING: Chunked \t"), ""),
                Arguments.of("a length of nothing", head("GET /echo HTTP/1.1", "Content-Length: 0"), ""),
                Arguments.of("GET with a body", head("GET /echo HTTP/1.1", "Content-Length: 5") + "hello", "hello"),
                Arguments.of("zeros before a chunk size", post("0005\r\nhello\r\n000\r\n\r\n", CHUNKED), "hello"),
                Arguments.of("chunk extensions", post("5 ; a=b;c=\"d;e\"\r\nhello\r\n0;f\r\n\r\n", CHUNKED), "hello"),
                Arguments.of("chunks of one byte", post("1\r\nx\r\n".repeat(4_096) + "0\r\n\r\n", CHUNKED), "x"),
                Arguments.of("trailers that would change the framing", post(
                        "5\r\nhello\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: gzip\r\nHost: x\r\nX: y\r\n\r\n",
                        CHUNKED),
                        "hello"),
                Arguments.of("a field of bytes above ASCII", head("GET /echo HTTP/1.1", "X: \u00e4\u00ff"), ""),
                Arguments.of("an empty field", head("GET /echo HTTP/1.1", "X:"), ""),
                Arguments.of("as many fields as may be",
                        head("GET /echo HTTP/1.1", "X:\r\n".repeat(Http1Decoder.MAX_FIELDS - 1).strip()), ""),
                Arguments.of("another upgrade",
                        head("GET /echo HTTP/1.1", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings",
                                "HTTP2-Settings: AAMAAABkAAQAAP__"),
                        ""),
                Arguments.of("an expectation", post("hello", "Content-Length: 5", "Expect: 100-Continue"), "hello"),
                Arguments.of("a port in Host", "GET /echo HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", ""),
                Arguments.of("an empty Host", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n", ""),
                Arguments.of("HTTP/1.2", head("GET /echo HTTP/1.2"), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void takesWhatOnlyLooksLikeABreach(String name, String request, String body) throws Exception {
        for (int packetBytes : new int[]{Integer.MAX_VALUE, 1}) {
            try (RawClient client = new RawClient(port.port())) {
                byte[] bytes = (request + head("GET /echo?q=next HTTP/1.1", "Connection: close"))
                        .getBytes(StandardCharsets.ISO_8859_1);
                for (int at = 0; at < bytes.length; at += Math.min(packetBytes, bytes.length)) {
                    client.socket().getOutputStream().write(bytes, at, Math.min(packetBytes, bytes.length - at));
                }
                String answers = client.readToEnd().replaceFirst("^HTTP/1.1 100 Continue\r\n\r\n", "");
                assertThat(answers).startsWith("HTTP/1.1 200 OK\r\n").contains("|plain|" + body)
                        .contains("|/echo||next|");
            }
        }
    }
}
