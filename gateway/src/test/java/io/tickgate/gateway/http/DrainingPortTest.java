package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.testing.Certificate;

/** What connections see of a port that is about to close: each ends with what somebody still waits for on it, and no later. */
class DrainingPortTest {
    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    private RawClient connect(String said) throws IOException {
        RawClient client = new RawClient(port.port());
        client.send(said);
        return client;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    /** Begins to drain once as many connections are there. */
    private void drain(int connections) throws Exception {
        await().until(() -> port.listener.connections() == connections);
        port.listener.drain();
        // It has begun when the loop has heard of it.
        port.onLoop(() -> {});
    }

    private void awaitEnd() {
        Future<Void> end = port.listener.end();
        assertThat(end.awaitUninterruptibly(10_000)).isTrue();
        await().until(() -> port.listener.connections() == 0);
    }

    @EachTransport
    void idleAndSilentConnectionsAreClosedAtOnceAndNoNewOnesTaken(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient idle = connect(get("/echo")); RawClient silent = connect("")) {
            assertThat(idle.readResponse()).doesNotContain("connection: close");
            drain(2);
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(silent.readToEnd()).isEmpty();
            // NIO's selector lets go of the closed port a moment later.
            await().until(this::isRefused);
        }
        awaitEnd();
    }

    private boolean isRefused() throws IOException {
        try (RawClient _ = new RawClient(port.port())) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @EachTransport
    void whatIsAskedIsAnsweredAndThenTheConnectionIsClosed(String transport) throws Exception {
        port = TestPort.start(transport);
        // Behind a request whose answer shows that the beginning of the next has arrived.
        String before = get("/echo");
        try (RawClient midHead = connect(before + "GET /echo HTTP/1.1\r\nHo");
                RawClient midBody = connect(
                        before + "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe");
                RawClient waiting = connect(get("/hold"))) {
            Exchange held = TestPort.next(port.held);
            midHead.readResponse();
            midBody.readResponse();
            drain(3);
            midHead.send("st: h\r\n\r\n");
            midBody.send("llo");
            assertThat(midHead.readToEnd()).startsWith("HTTP/1.1 200 OK").contains("\r\nconnection: close\r\n");
            assertThat(midBody.readToEnd()).contains("\r\nconnection: close\r\n").endsWith("|hello");
            port.onLoop(() -> held.respond(Response.text(200, "at last")));
            assertThat(waiting.readToEnd()).contains("\r\nconnection: close\r\n").endsWith("at last");
        }
        awaitEnd();
    }

    @Test
    void whoComesRightAgainKeepsItsConnectionUntilTheEnd() throws Exception {
        port = TestPort.start("auto");
        String request = get("/again");
        try (RawClient client = connect(request)) {
            client.readResponse();
            drain(1);
            for (int i = 0; i < 3; i++) {
                client.send(request);
                assertThat(client.readResponse()).doesNotContain("connection: close");
            }
            port.listener.end();
            assertThat(client.readToEnd()).isEmpty();
        }
        awaitEnd();
    }

    @EachTransport
    void aStreamGoesOnAndEndsWell(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient client = connect(get("/stream"))) {
            client.readUntil("\r\n\r\n");
            TestPort.OpenStream open = TestPort.next(port.streams);
            drain(1);
            port.onLoop(() -> {
                open.stream().writeAndRelease(chunk("more"));
                open.stream().flush();
            });
            assertThat(client.readUntil("more\r\n")).isEqualTo("4\r\nmore\r\n");
            port.onLoop(open.stream()::close);
            assertThat(client.readToEnd()).isEqualTo("0\r\n\r\n");
        }
        awaitEnd();
    }

    private static ByteBuf chunk(String text) {
        return Unpooled.copiedBuffer(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n",
                StandardCharsets.US_ASCII);
    }

    @EachTransport
    void http2ClientsAreToldAndTheirStreamsGoOn(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawHttp2 client = new RawHttp2(port.port())) {
            client.get(1, "/stream");
            client.nextHeaders(1);
            TestPort.OpenStream first = TestPort.next(port.streams);
            client.get(3, "/hold");
            Exchange held = TestPort.next(port.held);
            drain(1);
            RawHttp2.Frame goAway = client.next(RawHttp2.GOAWAY);
            assertThat(goAway.payload().getInt(0)).as("the last stream that is answered").isEqualTo(3);
            assertThat(goAway.error()).isEqualTo((int) Http2Error.NO_ERROR.code());
            // Too late: nobody answers this one.
            client.get(5, "/echo");
            port.onLoop(() -> held.respond(Response.text(200, "at last")));
            assertThat(client.nextHeaders(3).status()).hasToString("200");
            assertThat(client.next(RawHttp2.DATA).text()).isEqualTo("at last");
            port.onLoop(() -> {
                first.stream().writeAndRelease(Unpooled.copiedBuffer(new byte[]{'x'}));
                first.stream().flush();
            });
            assertThat(client.next(RawHttp2.DATA).text()).isEqualTo("x");
            port.onLoop(first.stream()::close);
            RawHttp2.Frame last = client.next(RawHttp2.DATA);
            assertThat(last.stream()).isEqualTo(1);
            assertThat(last.has(RawHttp2.END_STREAM)).isTrue();
            assertEnds(client);
        }
        awaitEnd();
    }

    /** Nothing comes any more, not even a part of a frame. */
    private static void assertEnds(RawHttp2 client) {
        assertThatThrownBy(() -> client.next(RawHttp2.HEADERS)).isInstanceOf(EOFException.class)
                .hasMessageContaining("after 0 of");
    }

    @Test
    void anIdleHttp2ConnectionIsToldAndClosed() throws Exception {
        port = TestPort.start("auto");
        try (RawHttp2 client = new RawHttp2(port.port())) {
            client.get(1, "/echo");
            client.nextHeaders(1);
            client.next(RawHttp2.DATA);
            drain(1);
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.NO_ERROR.code());
            assertEnds(client);
        }
        awaitEnd();
    }

    @Test
    void underTlsToo(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        port = TestPort.startTls(certificate, Map.of());
        List<HttpClient> clients = Stream.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)
                .map(version -> HttpClient.newBuilder().version(version).sslContext(certificate.trusting()).build())
                .toList();
        try {
            for (HttpClient client : clients) {
                HttpRequest request = HttpRequest
                        .newBuilder(URI.create("https://localhost:" + port.port() + "/echo")).build();
                assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            }
            drain(2);
            awaitEnd();
        } finally {
            clients.forEach(HttpClient::shutdownNow);
        }
    }

    @Test
    void aWebSocketStaysUntilTheEnd() throws Exception {
        port = TestPort.start("auto");
        try (RawClient client = connect(WebSocketTest.HANDSHAKE)) {
            client.readUntil("\r\n\r\n");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            drain(1);
            port.onLoop(open.connection::ping);
            port.onLoop(open.connection::flush);
            assertThat(client.readHex(2)).isEqualTo("8900");
            Future<Void> end = port.listener.end();
            // 1012, service restart.
            assertThat(client.readHex(4)).isEqualTo("881103f4");
            assertThat(client.read(15)).isEqualTo(TestPort.ascii("service_restart"));
            client.sendHex("88 80 00000000");
            assertThat(client.readToEnd()).isEmpty();
            client.leave();
            assertThat(end.awaitUninterruptibly(10_000)).isTrue();
            await().until(() -> open.closed.get() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200_000})
    void aWebSocketThatIsHungUpLosesNothingAndSeesNoCloseFrame(int bytes) throws Exception {
        port = TestPort.start("auto");
        try (RawClient client = connect(WebSocketTest.HANDSHAKE)) {
            client.readUntil("\r\n\r\n");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            // Unread when the gateway closes, which would reset a connection that is closed at once.
            client.sendHex("89 80 00000000");
            port.onLoop(() -> {
                ByteBuf pending = Unpooled.wrappedBuffer(new byte[bytes]);
                open.connection.writeAndRelease(pending);
                open.connection.hangUp();
            });
            assertThat(client.readToEnd().replace("\u008a\0", "")).hasSize(bytes);
        }
        await().until(() -> port.listener.connections() == 0);
    }
}
