package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.ExpectedLog;

class Http2Test {
    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    private RawHttp2 connect(Map<String, Object> settings) throws IOException {
        port = TestPort.start(settings);
        return new RawHttp2(port.port());
    }

    private RawHttp2 connect() throws IOException {
        return connect(Map.of());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @EachTransport
    void answersRequestsByPriorKnowledge(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            client.headers(1, RawHttp2.request("GET", "/echo?q=1").add("cookie", "a=1").add("cookie", "c=2"), true);
            Http2Headers head = client.nextHeaders(1);
            assertThat(head.status()).hasToString("200");
            assertThat(head.get("content-type")).hasToString("text/plain; charset=utf-8");
            RawHttp2.Frame body = client.next(RawHttp2.DATA);
            assertThat(body.text()).isEqualTo("HTTP/2|GET|/echo||1|2|plain|");
            assertThat(body.has(RawHttp2.END_STREAM)).isTrue();

            client.headers(3, RawHttp2.request("POST", "/echo"), false);
            client.send(RawHttp2.DATA, 0, 3, TestPort.ascii("hel"));
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 3, TestPort.ascii("lo"));
            client.nextHeaders(3);
            assertThat(client.next(RawHttp2.DATA).text()).endsWith("|hello");

            client.headers(5, RawHttp2.request("HEAD", "/echo"), true);
            head = client.nextHeaders(5);
            assertThat(head.get("content-length")).hasToString("34");
            client.get(7, "/nowhere");
            assertThat(client.nextHeaders(7).status()).hasToString("404");
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        assertThat(port.count(Counter.HTTP_REQUESTS)).isEqualTo(4);
    }

    @EachTransport
    void streamsAndEndsAStream(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            client.get(1, "/stream");
            TestPort.OpenStream open = TestPort.next(port.streams);
            assertThat(open.stream().isChunked()).isFalse();
            assertThat(client.nextHeaders(1).status()).hasToString("200");
            port.onLoop(() -> {
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("one ")));
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("two")));
                open.stream().flush();
            });
            StringBuilder text = new StringBuilder();
            while (text.length() < 7) {
                text.append(client.next(RawHttp2.DATA).text());
            }
            assertThat(text).hasToString("one two");
            port.onLoop(open.stream()::close);
            assertThat(client.next(RawHttp2.DATA).has(RawHttp2.END_STREAM)).isTrue();
            client.get(3, "/echo");
            assertThat(client.nextHeaders(3).status()).hasToString("200");
            assertThat(open.closed()).hasValue(0);
        }
    }

    @Test
    void answersHeadOnAStreamWithoutBody() throws Exception {
        try (RawHttp2 client = connect()) {
            client.headers(1, RawHttp2.request("HEAD", "/stream"), true);
            RawHttp2.Frame head = client.next(RawHttp2.HEADERS);
            assertThat(head.has(RawHttp2.END_STREAM)).isTrue();
            TestPort.OpenStream open = TestPort.next(port.streams);
            await().until(() -> open.closed().get() == 1);
        }
    }

    @Test
    void flushesTheConnectionOnceForAllItsStreams() throws Exception {
        try (RawHttp2 client = connect()) {
            TestPort.OpenStream[] open = new TestPort.OpenStream[50];
            for (int i = 0; i < open.length; i++) {
                client.get(1 + 2 * i, "/stream");
                open[i] = TestPort.next(port.streams);
                client.nextHeaders(1 + 2 * i);
            }
            ByteBuf shared = Unpooled.directBuffer().writeBytes(TestPort.ascii("tick"));
            port.onLoop(() -> {
                for (TestPort.OpenStream each : open) {
                    each.stream().write(shared);
                    assertThat(each.stream().pendingBytes()).isEqualTo(4);
                }
                open[0].stream().flush();
                for (TestPort.OpenStream each : open) {
                    assertThat(each.stream().pendingBytes()).isZero();
                    each.stream().flush();
                }
                shared.release();
            });
            for (int i = 0; i < open.length; i++) {
                assertThat(client.next(RawHttp2.DATA).text()).isEqualTo("tick");
            }
        }
    }

    @Test
    void tellsAStreamThatItsClientResetIt() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/stream");
            TestPort.OpenStream open = TestPort.next(port.streams);
            client.get(3, "/hold");
            Exchange held = TestPort.next(port.held);
            client.send(RawHttp2.RST_STREAM, 0, 1, bytes("00000008"));
            client.send(RawHttp2.RST_STREAM, 0, 3, bytes("00000008"));
            await().until(() -> open.closed().get() == 1 && port.aborted.get() == 1);
            port.onLoop(() -> {
                held.respond(Response.text(200, "too late"));
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("late")));
                open.stream().flush();
                open.stream().close();
                assertThat(open.stream().pendingBytes()).isZero();
            });
            client.get(5, "/echo");
            client.nextHeaders(1);
        }
    }

    @EachTransport
    void tellsAllStreamsThatTheConnectionIsGone(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            client.get(1, "/stream");
            client.get(3, "/stream");
            client.get(5, "/hold");
            TestPort.OpenStream first = TestPort.next(port.streams);
            TestPort.OpenStream second = TestPort.next(port.streams);
            TestPort.next(port.held);
            client.raw().leave();
            await().until(() -> first.closed().get() == 1 && second.closed().get() == 1 && port.aborted.get() == 1);
        }
    }

    @Test
    void losesAndReordersNothingForAClientWithoutWindow() throws Exception {
        port = TestPort.start(Map.of());
        // SETTINGS_INITIAL_WINDOW_SIZE 0
        try (RawHttp2 client = new RawHttp2(port.port(), bytes("0004 00000000"))) {
            client.get(1, "/stream");
            TestPort.OpenStream open = TestPort.next(port.streams);
            client.nextHeaders(1);
            int records = 500;
            port.onLoop(() -> {
                for (int i = 0; i < records; i++) {
                    ByteBuf record = Unpooled.directBuffer().writeInt(i).writeZero(996);
                    open.stream().write(record);
                    assertThat(record.refCnt()).isEqualTo(i == 0 ? 2 : 1);
                    record.release();
                    if (i % 7 == 0) {
                        open.stream().flush();
                    }
                }
                open.stream().flush();
                assertThat(open.stream().pendingBytes()).isGreaterThanOrEqualTo(records * 1_000L);
            });
            ByteBuf received = Unpooled.buffer();
            while (received.writerIndex() < records * 1_000) {
                client.window(1, 700 + received.writerIndex() % 40_000);
                received.writeBytes(client.next(RawHttp2.DATA).payload());
            }
            for (int i = 0; i < records; i++) {
                assertThat(received.getInt(i * 1_000)).isEqualTo(i);
            }
            port.onLoop(() -> assertThat(open.stream().pendingBytes()).isZero());
        }
    }

    @Test
    void endsAStreamOnlyAfterWhatWasPending() throws Exception {
        port = TestPort.start(Map.of());
        try (RawHttp2 client = new RawHttp2(port.port(), bytes("0004 00000000"))) {
            client.get(1, "/stream");
            TestPort.OpenStream open = TestPort.next(port.streams);
            port.onLoop(() -> {
                open.stream().writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("last words")));
                open.stream().close();
            });
            client.nextHeaders(1);
            client.window(1, 5);
            RawHttp2.Frame first = client.next(RawHttp2.DATA);
            assertThat(first.text()).isEqualTo("last ");
            assertThat(first.has(RawHttp2.END_STREAM)).isFalse();
            client.window(1, 50);
            RawHttp2.Frame second = client.next(RawHttp2.DATA);
            assertThat(second.text()).isEqualTo("words");
            assertThat(second.has(RawHttp2.END_STREAM)).isTrue();
        }
    }

    @Test
    void resetsAnAbortedStreamAndFreesWhatItHeld() throws Exception {
        port = TestPort.start(Map.of());
        try (RawHttp2 client = new RawHttp2(port.port(), bytes("0004 00000000"))) {
            client.get(1, "/stream");
            TestPort.OpenStream open = TestPort.next(port.streams);
            ByteBuf shared = Unpooled.directBuffer().writeZero(100_000);
            port.onLoop(() -> {
                open.stream().write(shared);
                open.stream().write(shared);
                open.stream().flush();
                open.stream().abort();
            });
            assertThat(client.next(RawHttp2.RST_STREAM).error()).isEqualTo((int) Http2Error.CANCEL.code());
            port.onLoop(() -> assertThat(shared.refCnt()).isEqualTo(1));
            shared.release();
            assertThat(open.closed()).hasValue(0);
        }
    }

    @Test
    void letsEachStreamSeeThatTheConnectionStillHoldsTooMuchInTheNextTurn() throws Exception {
        port = TestPort.start(Map.of("outboundHighWatermarkBytes", 65_536));
        try (RawHttp2 client = new RawHttp2(port.port(), bytes("0004 00000000"))) {
            client.get(1, "/stream");
            client.get(3, "/stream");
            client.get(5, "/stream");
            ResponseStream first = TestPort.next(port.streams).stream();
            ResponseStream second = TestPort.next(port.streams).stream();
            ResponseStream idle = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                first.writeAndRelease(Unpooled.buffer().writeZero(40_000));
                second.writeAndRelease(Unpooled.buffer().writeZero(40_000));
                assertThat(first.pendingBytes()).isEqualTo(40_000);
                first.flush();
                assertThat(first.pendingBytes()).as("one turn's burst is no sign of a slow reader").isEqualTo(40_000);
                first.writeAndRelease(Unpooled.buffer().writeZero(1));
                assertThat(first.pendingBytes()).isGreaterThanOrEqualTo(80_000);
                assertThat(second.pendingBytes()).isGreaterThanOrEqualTo(80_000);
                assertThat(idle.pendingBytes()).isZero();
            });
        }
    }

    @Test
    void refusesABodyThatGrowsTooLarge() throws Exception {
        try (RawHttp2 client = connect()) {
            client.headers(1, RawHttp2.request("POST", "/echo"), false);
            client.send(RawHttp2.DATA, 0, 1, new byte[TestPort.BODY_LIMIT]);
            client.send(RawHttp2.DATA, 0, 1, new byte[1]);
            assertThat(client.nextHeaders(1).status()).hasToString("413");
            assertThat(client.next(RawHttp2.RST_STREAM).error()).isZero();
            client.headers(3, RawHttp2.request("POST", "/echo").add("content-length", "99999"), false);
            assertThat(client.nextHeaders(3).status()).hasToString("413");
            client.get(5, "/echo");
            assertThat(client.nextHeaders(5).status()).hasToString("200");
        }
    }

    @Test
    void boundsTheBodiesOfAllStreamsTogether() throws Exception {
        try (RawHttp2 client = connect()) {
            client.headers(1, RawHttp2.request("POST", "/echo"), false);
            client.send(RawHttp2.DATA, 0, 1, new byte[3_000]);
            client.headers(3, RawHttp2.request("POST", "/echo"), false);
            client.send(RawHttp2.DATA, 0, 3, new byte[3_000]);
            RawHttp2.Frame reset = client.next(RawHttp2.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(3);
            assertThat(reset.error()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[0]);
            assertThat(client.nextHeaders(1).status()).hasToString("200");
        }
    }

    @Test
    void refusesALongPath() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/" + "a".repeat(8_192));
            assertThat(client.nextHeaders(1).status()).hasToString("414");
        }
    }

    @Test
    void refusesARequestWhoseBodyComesTooSlowly() throws Exception {
        try (RawHttp2 client = connect(Map.of("headTimeoutMs", 300))) {
            client.headers(1, RawHttp2.request("POST", "/echo"), false);
            assertThat(client.nextHeaders(1).status()).hasToString("408");
        }
    }

    @Test
    void closesAnIdleConnectionWithGoAway() throws Exception {
        try (RawHttp2 client = connect(Map.of("keepAliveMs", 200))) {
            client.get(1, "/echo");
            client.nextHeaders(1);
            assertThat(client.readToGoAway()).isZero();
            assertThat(client.raw().readToEnd()).isEmpty();
        }
    }

    @Test
    void closesAPrefaceThatNeverEnds() throws Exception {
        port = TestPort.start(Map.of("headTimeoutMs", 200));
        try (RawClient client = new RawClient(port.port())) {
            client.send("PRI * HT");
            assertThat(client.readToEnd()).isEmpty();
        }
        try (RawClient client = new RawClient(port.port())) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            client.readToEnd();
        }
    }

    @Test
    @ExpectedLog("^GET /fail failed")
    void hidesWhatAnEndpointThrew() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/fail");
            assertThat(client.nextHeaders(1).status()).hasToString("500");
            assertThat(client.next(RawHttp2.DATA).text()).contains("internal").doesNotContain("secret");
        }
    }

    @Test
    void refusesFramesThatBreakTheProtocol() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(RawHttp2.DATA, 0, 0, new byte[1]);
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
        try (RawClient client = new RawClient(port.port())) {
            client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
            try (InputStream rest = client.socket().getInputStream()) {
                assertThat(rest.readAllBytes()).isNotEmpty();
            }
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(2);
    }

    @Test
    void refusesARequestWithoutPath() throws Exception {
        try (RawHttp2 client = connect()) {
            Http2Headers headers = RawHttp2.request("GET", "/");
            headers.remove(":path");
            client.headers(1, headers, true);
            assertThat(client.next(RawHttp2.RST_STREAM).error()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        }
    }
}
