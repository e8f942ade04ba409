package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.ExpectedLog;

class Http1Test {
    private static final String ECHO = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String HOLD = "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n";

    private TestPort port;

    private RawClient connect(Map<String, Object> settings) throws IOException {
        port = TestPort.start(settings);
        return new RawClient(port.port());
    }

    private RawClient connect() throws IOException {
        return connect(Map.of());
    }

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n"
                + String.join("", Stream.of(headers).map(header -> header + "\r\n").toList()) + "\r\n";
    }

    private static String post(String body, String... headers) {
        return "POST /echo HTTP/1.1\r\nHost: h\r\n"
                + String.join("", Stream.of(headers).map(header -> header + "\r\n").toList()) + "\r\n" + body;
    }

    @EachTransport
    void answersRequestsOnOneConnection(String transport) throws IOException {
        try (RawClient client = connect(Map.of("transport", transport))) {
            client.send(get("/echo?q=a%20b+c&q=2", "Cookie: a=1; c=\"x\""));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\ncontent-type: text/plain; charset=utf-8\r\n").containsPattern("\r\ndate: .* GMT\r\n")
                    .doesNotContain("connection:").endsWith("\r\n\r\nHTTP/1.1|GET|/echo||a b c|x|plain|");
            client.send(post("hello", "Content-Length: 5"));
            assertThat(client.readResponse()).endsWith("|POST|/echo||null|null|plain|hello");
            client.send(post("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "Transfer-Encoding: chunked"));
            assertThat(client.readResponse()).endsWith("|abcde");
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        assertThat(port.count(Counter.HTTP_REQUESTS)).isEqualTo(3);
        assertThat(port.count(Counter.CONNECTIONS_ACCEPTED)).isEqualTo(1);
    }

    @Test
    void givesAPrefixEndpointTheDecodedRestOfThePath() throws IOException {
        try (RawClient client = connect()) {
            client.send(get("/channels/price%3aBTC-USD"));
            assertThat(client.readResponse()).contains("|/channels/price:BTC-USD|price:BTC-USD|");
            client.send(get("http://any.example/channels/x?q=1"));
            assertThat(client.readResponse()).contains("|/channels/x|x|1|");
            client.send(get("/channels/%zz"));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void refusesUnknownPathsAndMethods() throws IOException {
        try (RawClient client = connect()) {
            client.send(get("/nowhere"));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 404 ").contains("\"code\":\"bad_request\"");
            client.send("DELETE /echo HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 405 ")
                    .contains("\r\nallow: GET, HEAD, POST, OPTIONS\r\n");
        }
        assertThat(port.count(Counter.HTTP_REFUSED)).isEqualTo(2);
    }

    @Test
    void answersHeadWithoutBody() throws IOException {
        try (RawClient client = connect()) {
            client.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n" + ECHO);
            assertThat(client.readUntil("\r\n\r\n")).contains("\r\ncontent-length: 36\r\n");
            assertThat(client.readResponse()).contains("|GET|/echo|");
            client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n" + ECHO);
            assertThat(client.readUntil("\r\n\r\n")).contains("transfer-encoding: chunked");
            assertThat(client.readResponse()).contains("|GET|/echo|");
        }
        await().until(() -> port.streams.peek().closed().get() == 1);
    }

    @Test
    void speaksHttp10() throws IOException {
        try (RawClient client = connect()) {
            client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.readResponse()).contains("\r\nconnection: keep-alive\r\n").contains("HTTP/1.0|GET");
            client.send("GET /echo HTTP/1.0\r\n\r\n");
            assertThat(client.readToEnd()).contains("\r\nconnection: close\r\n");
        }
    }

    @Test
    void closesAfterTheAnswerWhenAsked() throws IOException {
        try (RawClient client = connect()) {
            client.send(get("/echo", "Connection: close"));
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK").contains("\r\nconnection: close\r\n");
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawClient client = connect()) {
            client.send(HOLD + get("/echo?q=1") + get("/nowhere") + get("/echo?q=2"));
            Exchange held = TestPort.next(port.held);
            port.onLoop(() -> held.respond(Response.text(200, "held")));
            assertThat(client.readResponse()).endsWith("held");
            assertThat(client.readResponse()).contains("|/echo||1|");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 404");
            assertThat(client.readResponse()).contains("|/echo||2|");
        }
    }

    @Test
    void closesAConnectionThatPipelinesWithoutEnd() throws Exception {
        try (RawClient client = connect()) {
            client.send(HOLD);
            TestPort.next(port.held);
            client.send(ECHO.repeat(Http1Backlog.MAX_REQUESTS + 1));
            port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
            assertThat(port.aborted).hasValue(1);
            assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void tellsAHeldExchangeThatItsClientLeft() throws Exception {
        try (RawClient client = connect()) {
            client.send(HOLD);
            Exchange held = TestPort.next(port.held);
            client.leave();
            await().until(() -> port.aborted.get() == 1);
            port.onLoop(() -> held.respond(Response.text(200, "too late")));
        }
    }

    @Test
    void answersAClientThatClosesItsSendingSideAtOnce() throws Exception {
        try (RawClient client = connect()) {
            client.send(ECHO);
            client.socket().shutdownOutput();
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    @ExpectedLog("^GET /fail failed")
    void hidesWhatAnEndpointThrew() throws IOException {
        try (RawClient client = connect()) {
            client.send(get("/fail"));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 500 ").contains("\"code\":\"internal\"")
                    .doesNotContain("secret");
            client.send(ECHO);
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ");
        }
    }

    // Bodies.

    @Test
    void refusesABodyThatIsAnnouncedTooLargeBeforeReadingIt() throws IOException {
        try (RawClient client = connect()) {
            client.send(post("", "Content-Length: " + (TestPort.BODY_LIMIT + 1), "Expect: 100-continue"));
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ").contains("\r\nconnection: close\r\n")
                    .contains("\"code\":\"limit\"");
        }
    }

    @Test
    void refusesABodyThatGrowsTooLarge() throws IOException {
        try (RawClient client = connect()) {
            String chunk = "400\r\n" + "x".repeat(0x400) + "\r\n";
            client.send(post(chunk.repeat(5), "Transfer-Encoding: chunked"));
            client.send(chunk.repeat(20));
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ");
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws IOException {
        try (RawClient client = connect()) {
            client.send(post("x".repeat(TestPort.BODY_LIMIT), "Content-Length: " + TestPort.BODY_LIMIT));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("xxx");
        }
    }

    @Test
    void refusesABodyWhereNoneIsTaken() throws IOException {
        try (RawClient client = connect()) {
            client.send(get("/channels/x", "Content-Length: 1") + "x");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void saysContinueToWhoeverWaitsForIt() throws IOException {
        try (RawClient client = connect()) {
            client.send(post("", "Content-Length: 2", "Expect: 100-continue"));
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("ok");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("|ok");
        }
    }

    // Streams.

    @EachTransport
    void streamsInChunksAndGoesOnWithTheNextRequest(String transport) throws Exception {
        try (RawClient client = connect(Map.of("transport", transport))) {
            client.send(get("/stream") + ECHO);
            assertThat(client.readUntil("\r\n\r\n")).contains("transfer-encoding: chunked")
                    .doesNotContain("content-length");
            TestPort.OpenStream open = TestPort.next(port.streams);
            assertThat(open.stream().isChunked()).isTrue();
            port.onLoop(() -> {
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("2\r\nhi\r\n")));
                open.stream().flush();
                open.stream().close();
            });
            assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("2\r\nhi\r\n0\r\n\r\n");
            assertThat(client.readResponse()).contains("|/echo|");
            assertThat(open.closed()).hasValue(0);
        }
    }

    @Test
    void endsAStreamOfHttp10ByClosing() throws Exception {
        try (RawClient client = connect()) {
            client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).doesNotContain("transfer-encoding")
                    .contains("connection: close");
            TestPort.OpenStream open = TestPort.next(port.streams);
            assertThat(open.stream().isChunked()).isFalse();
            port.onLoop(() -> {
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("hi")));
                open.stream().close();
            });
            assertThat(client.readToEnd()).isEqualTo("hi");
        }
    }

    @EachTransport
    void noticesAtOnceThatAStreamsClientLeft(String transport) throws Exception {
        try (RawClient client = connect(Map.of("transport", transport))) {
            client.send(get("/stream"));
            TestPort.OpenStream open = TestPort.next(port.streams);
            client.leave();
            await().until(() -> open.closed().get() == 1);
            port.onLoop(() -> {
                open.stream().write(Unpooled.EMPTY_BUFFER);
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("late")));
                open.stream().flush();
                open.stream().close();
                assertThat(open.stream().pendingBytes()).isZero();
            });
        }
    }

    // The port.

    @Test
    void closesConnectionsAboveTheLimit() throws IOException {
        try (RawClient first = connect(Map.of("maxConnections", 1))) {
            first.send(ECHO);
            first.readResponse();
            try (RawClient second = new RawClient(port.port())) {
                assertThat(second.readToEnd()).isEmpty();
            }
            assertThat(port.count(Counter.CONNECTIONS_REFUSED)).isEqualTo(1);
            assertThat(port.listener.connections()).isEqualTo(1);
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        try (RawClient third = new RawClient(port.port())) {
            third.send(ECHO);
            assertThat(third.readResponse()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void closesATlsHelloOnAPlainPort() throws IOException {
        try (RawClient client = connect()) {
            client.sendHex("16 03 01 00 05 01 00 00 01 00");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
    }

    @Test
    void goesOnWithConnectionsWhenItStopsAccepting() throws IOException {
        try (RawClient client = connect()) {
            client.send(ECHO);
            client.readResponse();
            port.listener.stopAccepting();
            client.send(ECHO);
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ");
            port.listener.close();
            assertThat(client.readToEnd()).isEmpty();
        }
    }
}
