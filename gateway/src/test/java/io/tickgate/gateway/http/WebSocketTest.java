package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.protocol.websocket.Opcode;
import io.tickgate.protocol.websocket.WebSocketEncoder;

class WebSocketTest {
    static final String HANDSHAKE = """
            GET /ws HTTP/1.1\r
            Host: h\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: chat\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private TestPort port;

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    private RawClient upgraded(Map<String, Object> settings) throws IOException {
        port = TestPort.start(settings);
        RawClient client = new RawClient(port.port());
        client.send(HANDSHAKE);
        assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .contains("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                .contains("\r\nsec-websocket-protocol: chat\r\n");
        return client;
    }

    private static byte[] masked(int opcode, byte[] payload) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeMasked(opcode, payload, 0x12345678, frame);
        return ByteBufUtil.getBytes(frame);
    }

    private static byte[] text(String text) {
        return masked(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @EachTransport
    void talksToTheClientOfTheJdk(String transport) throws Exception {
        port = TestPort.start(transport);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        HttpClient http = HttpClient.newHttpClient();
        try {
            WebSocket client = http.newWebSocketBuilder().subprotocols("chat")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port.port() + "/ws"), recorder(received))
                    .get(10, TimeUnit.SECONDS);
            assertThat(client.getSubprotocol()).isEqualTo("chat");
            client.sendText("häl", false).get(10, TimeUnit.SECONDS);
            client.sendText("lo", true).get(10, TimeUnit.SECONDS);
            assertThat(TestPort.next(received)).isEqualTo("text hällo");
            client.sendPing(ByteBuffer.wrap(new byte[]{7})).get(10, TimeUnit.SECONDS);
            assertThat(TestPort.next(received)).isEqualTo("pong 1");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            assertThat(open.alive).hasValueGreaterThanOrEqualTo(2);
            port.onLoop(() -> open.connection.close(4503, "slow_consumer"));
            assertThat(TestPort.next(received)).isEqualTo("close 4503 slow_consumer");
            await().until(() -> open.closed.get() == 1);
        } finally {
            http.shutdownNow();
        }
    }

    private static WebSocket.Listener recorder(BlockingQueue<String> received) {
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket client, CharSequence data, boolean last) {
                received.add("text " + data);
                client.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onPong(WebSocket client, ByteBuffer message) {
                received.add("pong " + message.remaining());
                client.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onClose(WebSocket client, int code, String reason) {
                received.add("close " + code + " " + reason);
                return null;
            }
        };
    }

    @Test
    void takesFramesThatComeBeforeTheAnswerToTheHandshake() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            byte[] early = text("early");
            byte[] together = new byte[HANDSHAKE.length() + early.length];
            System.arraycopy(HANDSHAKE.getBytes(StandardCharsets.US_ASCII), 0, together, 0, HANDSHAKE.length());
            System.arraycopy(early, 0, together, HANDSHAKE.length(), early.length);
            client.send(together);
            client.readUntil("\r\n\r\n");
            assertThat(client.readHex(7)).isEqualTo("81056561726c79");
        }
    }

    @EachTransport
    void answersPingsAndBinaries(String transport) throws Exception {
        try (RawClient client = upgraded(Map.of("transport", transport))) {
            client.send(masked(Opcode.PING, new byte[]{1, 2}));
            assertThat(client.readHex(4)).isEqualTo("8a020102");
            client.send(masked(Opcode.BINARY, new byte[]{3}));
            assertThat(client.readHex(3)).isEqualTo("820103");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            port.onLoop(() -> {
                open.connection.ping();
                open.connection.flush();
            });
            assertThat(client.readHex(2)).isEqualTo("8900");
            client.send(masked(Opcode.PONG, new byte[0]));
            await().until(() -> open.alive.get() == 3);
        }
    }

    @EachTransport
    void answersACloseAndClosesFirst(String transport) throws Exception {
        try (RawClient client = upgraded(Map.of("transport", transport))) {
            client.sendHex("88 82 00000000 03e8");
            assertThat(client.readHex(4)).isEqualTo("880203e8");
            assertThat(client.readToEnd()).isEmpty();
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            client.leave();
            await().until(() -> open.closed.get() == 1);
        }
    }

    @Test
    void answersAnEmptyClose() throws Exception {
        try (RawClient client = upgraded(Map.of())) {
            client.sendHex("88 80 00000000");
            assertThat(client.readHex(2)).isEqualTo("8800");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    private void fault(String hex, String closeHex) throws Exception {
        try (RawClient client = upgraded(Map.of())) {
            client.sendHex(hex);
            client.send(new byte[100_000]);
            assertThat(client.readHex(closeHex.length() / 2)).isEqualTo(closeHex);
            client.readToEnd();
            assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
        }
        TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
        await().until(() -> open.closed.get() == 1);
        assertThat(open.texts).isEmpty();
    }

    private static String close(int code, String reason) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeClose(code, reason, frame);
        return ByteBufUtil.hexDump(frame);
    }

    @Test
    void refusesUnmaskedFrames() throws Exception {
        fault("81 01 61", close(1002, "protocol_error"));
    }

    @Test
    void refusesReservedBits() throws Exception {
        fault("c1 81 00000000 61", close(1002, "protocol_error"));
    }

    @Test
    void refusesTextThatIsNotUtf8() throws Exception {
        fault("81 81 00000000 ff", close(1007, "invalid_payload"));
    }

    @Test
    void refusesAMessageAboveTheLimit() throws Exception {
        fault("81 fe 03e9 00000000", close(1009, "too_big"));
    }

    @Test
    void closesAClientThatDoesNotAnswerTheClose() throws Exception {
        try (RawClient client = upgraded(Map.of())) {
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            port.onLoop(() -> open.connection.close(1001, "going_away"));
            client.send(text("ignored"));
            assertThat(client.readHex(14)).isEqualTo(close(1001, "going_away"));
            assertThat(client.readToEnd()).isEmpty();
            await().until(() -> open.closed.get() == 1);
            assertThat(open.texts).isEmpty();
        }
    }

    @Test
    void closesAtOnceWhenAborted() throws Exception {
        try (RawClient client = upgraded(Map.of())) {
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            port.onLoop(open.connection::abort);
            assertThat(client.readToEnd()).isEmpty();
            await().until(() -> open.closed.get() == 1);
        }
    }

    @Test
    @ExpectedLog("^WebSocket connection failed")
    void closesWithInternalWhenItsListenerThrows() throws Exception {
        try (RawClient client = upgraded(Map.of())) {
            client.send(text("throw"));
            assertThat(client.readHex(12)).isEqualTo(close(4500, "internal"));
        }
    }

    @Test
    void doesNotHoldPongsForAClientThatDoesNotRead() throws Exception {
        port = TestPort.start(Map.of("outboundHighWatermarkBytes", 4_096, "outboundLowWatermarkBytes", 1_024));
        try (RawClient client = new RawClient(port.port(), 4_096)) {
            client.send(HANDSHAKE);
            client.readUntil("\r\n\r\n");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            byte[] ping = masked(Opcode.PING, new byte[125]);
            byte[] pings = new byte[ping.length * 500];
            for (int i = 0; i < 500; i++) {
                System.arraycopy(ping, 0, pings, i * ping.length, ping.length);
            }
            for (int i = 0; i < 20; i++) {
                client.send(pings);
            }
            await().until(() -> open.alive.get() == 10_000);
            port.onLoop(() -> assertThat(open.connection.pendingBytes()).isLessThan(8_192));
        }
    }

    /** RFC 6455 §4.4: and says which it would take. */
    @Test
    void refusesAHandshakeOfAnotherVersion() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            String version = "Sec-WebSocket-Version: 13\r\n";
            for (String other : List.of(version.replace("13", "8"), version.replace("13", "13, 8"), version + version,
                    "")) {
                client.send(HANDSHAKE.replace(version, other));
                assertThat(client.readResponse()).startsWith("HTTP/1.1 426 ")
                        .contains("\r\nsec-websocket-version: 13\r\n").contains("\r\nupgrade: websocket\r\n");
            }
            client.send(HANDSHAKE);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(4);
    }

    @Test
    void refusesAHandshakeWithoutOneProperKey() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
            for (String other : List.of("", key + key, key.replace("dGhl", "dGh"), key.replace("==", "=!"))) {
                client.send(HANDSHAKE.replace(key, other));
                assertThat(client.readResponse()).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(4);
    }

    /** RFC 9110 §7.8: whoever doesn't want to switch may leave Upgrade alone. */
    @Test
    void ignoresAnUpgradeThatIsNotOfferedByAGetOnHttp11() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            for (String other : List.of(HANDSHAKE.replace("keep-alive, Upgrade", "keep-alive"),
                    HANDSHAKE.replace("Upgrade: websocket", "Upgrade: h2c"),
                    HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0"))) {
                client.send(other);
                assertThat(client.readResponse()).endsWith("a WebSocket is expected here");
            }
        }
        assertThat(port.count(Counter.HTTP_MALFORMED)).isZero();
    }

    @Test
    void ignoresAnUpgradeToHttp2() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            client.send("""
                    GET /echo HTTP/1.1\r
                    Host: h\r
                    Connection: Upgrade, HTTP2-Settings\r
                    Upgrade: h2c\r
                    HTTP2-Settings: AAMAAABkAAQAAP__\r
                    \r
                    """);
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @EachTransport
    void goesOnOnAnotherLoop(String transport) throws Exception {
        port = TestPort.start(Map.of("transport", transport, "loops", 2));
        for (int i = 0; i < 4; i++) {
            try (RawClient client = new RawClient(port.port())) {
                client.send(HANDSHAKE.replace("/ws", "/elsewhere"));
                if (transport.equals("io_uring")) {
                    assertThat(client.readResponse()).endsWith("stays");
                    continue;
                }
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
                client.send(text("here"));
                assertThat(client.readHex(6)).isEqualTo("810468657265");
                TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
                assertThat(open.loop).isNotSameAs(port.loop());
                client.leave();
                await().until(() -> open.closed.get() == 1);
            }
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 4);
        assertThat(port.listener.connections()).isZero();
    }
}
