package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.protocol.websocket.Opcode;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** WebSockets on streams of HTTP/2 (RFC 8441), frame by frame. */
class Http2WebSocketTest {
    private static final int WINDOW_BYTES = 65_535;
    /** SETTINGS_INITIAL_WINDOW_SIZE 0 */
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    private RawHttp2 connect(Map<String, Object> settings, byte... told) throws IOException {
        port = TestPort.start(settings);
        return new RawHttp2(port.port(), told);
    }

    private static Http2Headers handshake(String path) {
        return new DefaultHttp2Headers().method("CONNECT").add(":protocol", "websocket").scheme("http").path(path)
                .authority("h").add("sec-websocket-version", "13");
    }

    private TestPort.OpenWebSocket open(RawHttp2 client, int stream) throws Exception {
        client.headers(stream, handshake("/ws"), false);
        assertThat(client.nextHeaders(stream).status()).hasToString("200");
        return TestPort.next(port.webSockets);
    }

    private static byte[] masked(int opcode, String payload) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeMasked(opcode, payload.getBytes(StandardCharsets.UTF_8), 0x12345678, frame);
        return ByteBufUtil.getBytes(frame);
    }

    private static void send(RawHttp2 client, int stream, byte[] bytes) throws IOException {
        client.send(RawHttp2.DATA, 0, stream, bytes);
    }

    /** The next bytes of a stream, in as many frames as they take. */
    private static String readHex(RawHttp2 client, int stream, int bytes) throws IOException {
        ByteBuf read = Unpooled.buffer();
        while (read.readableBytes() < bytes) {
            RawHttp2.Frame frame = client.next(RawHttp2.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            assertThat(frame.has(RawHttp2.END_STREAM)).isFalse();
            read.writeBytes(frame.payload());
        }
        return ByteBufUtil.hexDump(read);
    }

    /** What comes of a stream up to its end. */
    private static String readHexToEnd(RawHttp2 client, int stream) throws IOException {
        ByteBuf read = Unpooled.buffer();
        RawHttp2.Frame frame;
        do {
            frame = client.next(RawHttp2.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            read.writeBytes(frame.payload());
        } while (!frame.has(RawHttp2.END_STREAM));
        return ByteBufUtil.hexDump(read);
    }

    private static String close(int code, String reason) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeClose(code, reason, frame);
        return ByteBufUtil.hexDump(frame);
    }

    private static void assertReset(RawHttp2 client, int stream, Http2Error error) throws IOException {
        RawHttp2.Frame reset = client.next(RawHttp2.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(stream);
        assertThat(reset.error()).isEqualTo((int) error.code());
    }

    // ---- the opening handshake

    @Test
    void saysInItsFirstSettingsThatItTakesExtendedConnect() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            RawHttp2.Frame first = client.read();
            assertThat(first.type()).isEqualTo(RawHttp2.SETTINGS);
            assertThat(ByteBufUtil.hexDump(first.payload())).contains("000800000001");
        }
    }

    @EachTransport
    void carriesAWebSocketOnAStream(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            client.headers(1, handshake("/ws").add("sec-websocket-protocol", "chat").add("origin", "http://h"), false);
            Http2Headers head = client.nextHeaders(1);
            assertThat(head.status()).hasToString("200");
            assertThat(head.get("sec-websocket-protocol")).hasToString("chat");
            assertThat(head.contains("sec-websocket-accept")).isFalse();
            assertThat(head.contains("sec-websocket-extensions")).isFalse();
            assertThat(head.contains("content-length")).isFalse();
            send(client, 1, masked(Opcode.TEXT, "one"));
            assertThat(readHex(client, 1, 5)).isEqualTo("81036f6e65");
            byte[] frame = masked(Opcode.PING, "abc");
            for (byte octet : frame) {
                send(client, 1, new byte[]{octet});
            }
            assertThat(readHex(client, 1, 5)).isEqualTo("8a03616263");
            TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
            port.onLoop(() -> {
                open.connection.ping();
                open.connection.flush();
            });
            assertThat(readHex(client, 1, 2)).isEqualTo("8900");
            assertThat(open.alive).hasValue(2);
            client.get(3, "/echo");
            assertThat(client.nextHeaders(3).status()).hasToString("200");
        }
        assertThat(port.count(Counter.WEBSOCKETS_HTTP2)).isEqualTo(1);
        assertThat(port.count(Counter.WEBSOCKETS_HTTP1)).isZero();
    }

    @Test
    void agreesToPermessageDeflate() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, handshake("/ws").add("sec-websocket-extensions", "permessage-deflate"), false);
            assertThat(client.nextHeaders(1).get("sec-websocket-extensions"))
                    .hasToString("permessage-deflate; client_no_context_takeover");
            // RFC 7692 §7.2.3.1
            send(client, 1, ByteBufUtil.decodeHexDump("c18700000000f248cdc9c90700"));
            assertThat(readHex(client, 1, 7)).isEqualTo("810548656c6c6f");
        }
    }

    @Test
    void refusesMalformedConnects() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, RawHttp2.request("CONNECT", "/ws"), false);
            assertReset(client, 1, Http2Error.PROTOCOL_ERROR);
            client.headers(3, RawHttp2.request("GET", "/ws").add(":protocol", "websocket"), false);
            assertReset(client, 3, Http2Error.PROTOCOL_ERROR);
            int stream = 5;
            for (String needed : new String[]{":scheme", ":path", ":authority"}) {
                Http2Headers headers = handshake("/ws");
                headers.remove(needed);
                client.headers(stream, headers, false);
                assertReset(client, stream, Http2Error.PROTOCOL_ERROR);
                stream += 2;
            }
            assertThat(port.count(Counter.HTTP_MALFORMED)).isEqualTo(5);
            open(client, stream);
        }
    }

    @Test
    void isNoProxyAndSpeaksNoOtherProtocol() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            Http2Headers proxied = RawHttp2.request("CONNECT", "/");
            proxied.remove(":path");
            proxied.remove(":scheme");
            client.headers(1, proxied, false);
            Http2Headers refusal = client.nextHeaders(1);
            assertThat(refusal.status()).hasToString("405");
            assertThat(refusal.get("allow")).hasToString("GET, HEAD, POST, OPTIONS");
            client.headers(3, handshake("/ws").set(":protocol", "connect-udp"), false);
            assertThat(client.nextHeaders(3).status()).hasToString("501");
            open(client, 5);
        }
    }

    @Test
    void refusesAHandshakeOfAnotherVersion() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, handshake("/ws").set("sec-websocket-version", "8"), false);
            Http2Headers refusal = client.nextHeaders(1);
            assertThat(refusal.status()).hasToString("400");
            assertThat(refusal.get("sec-websocket-version")).hasToString("13");
            open(client, 3);
        }
    }

    /** Any 2xx would tell the client that it has a WebSocket. */
    @Test
    void opensNoneWhereNoneIsServed() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, handshake("/echo"), false);
            assertThat(client.nextHeaders(1).status()).hasToString("400");
            client.headers(3, handshake("/stream"), false);
            assertThat(client.nextHeaders(3).status()).hasToString("400");
            TestPort.OpenStream stream = TestPort.next(port.streams);
            await().until(() -> stream.closed().get() == 1);
            client.headers(5, handshake("/nowhere"), false);
            assertThat(client.nextHeaders(5).status()).hasToString("404");
            client.get(7, "/ws");
            assertThat(client.nextHeaders(7).status()).hasToString("400");
            assertThat(port.count(Counter.WEBSOCKETS_HTTP2)).isZero();
            assertThat(port.count(Counter.HTTP_REFUSED)).isEqualTo(4);
        }
    }

    @Test
    void refusesCookiesFromForeignPages() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, handshake("/ws").add("origin", "https://other.example").add("cookie", "a=b"), false);
            assertThat(client.nextHeaders(1).status()).hasToString("403");
            client.headers(3, handshake("/ws").add("origin", "https://h").add("cookie", "a=b"), false);
            assertThat(client.nextHeaders(3).status()).hasToString("200");
        }
    }

    @Test
    void refusesToHearBeforeItHasAnswered() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            client.headers(1, handshake("/hold"), false);
            TestPort.next(port.held);
            send(client, 1, masked(Opcode.TEXT, "early"));
            assertReset(client, 1, Http2Error.PROTOCOL_ERROR);
            await().until(() -> port.aborted.get() == 1);
        }
    }

    // ---- the end

    @EachTransport
    void answersACloseAndEndsTheStream(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            TestPort.OpenWebSocket open = open(client, 1);
            send(client, 1, ByteBufUtil.decodeHexDump("88820000000003e8"));
            assertThat(readHexToEnd(client, 1)).isEqualTo("880203e8");
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[0]);
            await().until(() -> open.closed.get() == 1);
            open(client, 3);
        }
    }

    @Test
    void closesAndWaitsForThePeersCloseAndEnd() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(() -> open.connection.close(4503, "slow_consumer"));
            assertThat(readHex(client, 1, 17)).isEqualTo(close(4503, "slow_consumer"));
            assertThat(open.closed).hasValue(0);
            send(client, 1, masked(Opcode.CLOSE, ""));
            assertThat(readHexToEnd(client, 1)).isEmpty();
            assertThat(open.closed).hasValue(0);
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[0]);
            await().until(() -> open.closed.get() == 1);
        }
    }

    @Test
    void cancelsAStreamWhoseClientDoesNotAnswerTheClose() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(() -> open.connection.close(1001, "going_away"));
            send(client, 1, masked(Opcode.TEXT, "ignored"));
            assertThat(readHex(client, 1, 14)).isEqualTo(close(1001, "going_away"));
            assertReset(client, 1, Http2Error.CANCEL);
            await().until(() -> open.closed.get() == 1);
            assertThat(open.texts).isEmpty();
        }
    }

    @Test
    void endsItsSideWhenThePeerEndsIts() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, masked(Opcode.TEXT, "last"));
            assertThat(readHexToEnd(client, 1)).isEqualTo("81046c617374");
            await().until(() -> open.closed.get() == 1);
            client.headers(3, handshake("/ws"), true);
            assertThat(client.nextHeaders(3).status()).hasToString("200");
            assertThat(readHexToEnd(client, 3)).isEmpty();
            TestPort.OpenWebSocket stillborn = TestPort.next(port.webSockets);
            await().until(() -> stillborn.closed.get() == 1);
        }
    }

    @Test
    void takesACancelForTheEnd() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            client.send(RawHttp2.RST_STREAM, 0, 1, new byte[]{0, 0, 0, 8});
            await().until(() -> open.closed.get() == 1);
            port.onLoop(() -> {
                open.connection.close(1001, "too late");
                open.connection.abort();
                assertThat(open.connection.pendingBytes()).isZero();
            });
            open(client, 3);
        }
    }

    @Test
    void cancelsWhenAborted() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(() -> {
                open.connection.abort();
                assertThat(open.closed).as("told later").hasValue(0);
            });
            assertReset(client, 1, Http2Error.CANCEL);
            await().until(() -> open.closed.get() == 1);
            open(client, 3);
        }
    }

    @Test
    void hangsUpWithoutACloseFrame() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(open.connection::hangUp);
            assertThat(readHexToEnd(client, 1)).isEmpty();
        }
    }

    @Test
    void endsAStreamThatBreaksTheProtocolAndNoOther() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket broken = open(client, 1);
            TestPort.OpenWebSocket other = open(client, 3);
            send(client, 1, new byte[]{(byte) 0x81, 1, 'a'});
            assertThat(readHexToEnd(client, 1)).isEqualTo(close(1002, "protocol_error"));
            send(client, 1, new byte[1_000]);
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[0]);
            await().until(() -> broken.closed.get() == 1);
            assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
            send(client, 3, masked(Opcode.TEXT, "b"));
            assertThat(readHex(client, 3, 3)).isEqualTo("810162");
            assertThat(other.closed).hasValue(0);
        }
    }

    /** RFC 9113 §8.5. */
    @Test
    void refusesHeadersWithinTheTunnel() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            client.headers(1, new DefaultHttp2Headers().add("trailer", "x"), true);
            assertReset(client, 1, Http2Error.PROTOCOL_ERROR);
            await().until(() -> open.closed.get() == 1);
        }
    }

    @Test
    @ExpectedLog("^WebSocket connection failed")
    void closesWithInternalWhenItsListenerThrows() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            open(client, 1);
            send(client, 1, masked(Opcode.TEXT, "throw"));
            assertThat(readHexToEnd(client, 1)).isEqualTo(close(4500, "internal"));
            open(client, 3);
        }
    }

    @EachTransport
    void tellsAllThatTheConnectionIsGone(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport))) {
            TestPort.OpenWebSocket first = open(client, 1);
            TestPort.OpenWebSocket second = open(client, 3);
            client.raw().leave();
            await().until(() -> first.closed.get() == 1 && second.closed.get() == 1);
        }
    }

    // ---- the connection that carries it

    @Test
    void keepsItsConnectionFromIdlingAndHasNoBodyThatComesTooLate() throws Exception {
        try (RawHttp2 client = connect(Map.of("keepAliveMs", 300, "headTimeoutMs", 300))) {
            open(client, 1);
            try (RawHttp2 idle = new RawHttp2(port.port())) {
                idle.get(1, "/echo");
                assertThat(idle.readToGoAway()).isZero();
            }
            send(client, 1, masked(Opcode.TEXT, "on"));
            assertThat(readHex(client, 1, 4)).isEqualTo("81026f6e");
        }
    }

    @Test
    void aPlannedStopLeavesItAloneUntilTheEndAndThenClosesIt() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.listener.drain();
            assertThat(client.readToGoAway()).isZero();
            send(client, 1, masked(Opcode.TEXT, "on"));
            assertThat(readHex(client, 1, 4)).isEqualTo("81026f6e");
            Future<Void> end = port.listener.end();
            assertThat(readHex(client, 1, 19)).isEqualTo(close(1012, "service_restart"));
            send(client, 1, masked(Opcode.CLOSE, ""));
            assertThat(readHexToEnd(client, 1)).isEmpty();
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[0]);
            assertThat(client.raw().readToEnd()).isEmpty();
            client.raw().leave();
            assertThat(end.awaitUninterruptibly(10_000)).isTrue();
            await().until(() -> open.closed.get() == 1);
        }
    }

    // ---- backpressure, both ways

    @Test
    void aReaderWithoutWindowIsClosedAndItsNeighboursGoOn() throws Exception {
        try (RawHttp2 client = connect(Map.of("outboundHighWatermarkBytes", 65_536), NO_WINDOW)) {
            TestPort.OpenWebSocket stalled = open(client, 1);
            TestPort.OpenWebSocket neighbour = open(client, 3);
            client.window(3, 1 << 20);
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            client.next(RawHttp2.PING);
            ByteBuf update = Unpooled.directBuffer().writeZero(50_000);
            port.onLoop(() -> {
                stalled.connection.write(update);
                stalled.connection.flush();
                assertThat(stalled.connection.pendingBytes()).isEqualTo(50_000);
                neighbour.connection.write(update);
                neighbour.connection.flush();
                assertThat(neighbour.connection.pendingBytes()).isZero();
                update.release();
            });
            readHex(client, 3, 50_000);
            port.onLoop(() -> stalled.connection.close(4503, "slow_consumer"));
            send(client, 3, masked(Opcode.TEXT, "fine"));
            assertThat(readHex(client, 3, 6)).isEqualTo("810466696e65");
            assertReset(client, 1, Http2Error.CANCEL);
            await().until(() -> stalled.closed.get() == 1);
            send(client, 3, masked(Opcode.TEXT, "still"));
            assertThat(readHex(client, 3, 7)).isEqualTo("81057374696c6c");
            assertThat(neighbour.closed).hasValue(0);
        }
    }

    @Test
    void tellsWhenAStalledReaderHasTakenAll() throws Exception {
        try (RawHttp2 client = connect(Map.of(), NO_WINDOW)) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(() -> {
                open.onDrained.set(() -> {
                    open.connection.writeAndRelease(Unpooled.copiedBuffer(new byte[]{'!'}));
                    open.connection.flush();
                    open.onDrained.set(() -> {});
                });
                open.connection.writeAndRelease(Unpooled.directBuffer().writeZero(1_000));
                open.connection.flush();
            });
            client.window(1, 2_000);
            assertThat(readHex(client, 1, 1_001)).endsWith("0021");
        }
    }

    @Test
    void doesNotHoldPongsForAClientWithoutWindow() throws Exception {
        Map<String, Object> small = Map.of("outboundHighWatermarkBytes", 4_096, "outboundLowWatermarkBytes", 1_024);
        try (RawHttp2 client = connect(small, NO_WINDOW)) {
            TestPort.OpenWebSocket open = open(client, 1);
            byte[] ping = masked(Opcode.PING, "p".repeat(125));
            for (int i = 0; i < 400; i++) {
                send(client, 1, ping);
            }
            await().until(() -> open.alive.get() == 400);
            port.onLoop(() -> assertThat(open.connection.pendingBytes()).isLessThan(8_192));
        }
    }

    @Test
    void givesBackTheWindowOfWhatItHasRead() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            byte[] frame = masked(Opcode.PONG, "p".repeat(100));
            for (int round = 0; round < 3; round++) {
                int sent = 0;
                for (; sent + frame.length <= WINDOW_BYTES / 2 + frame.length; sent += frame.length) {
                    send(client, 1, frame);
                }
                assertThat(client.next(RawHttp2.WINDOW_UPDATE).payload().readInt()).isGreaterThan(WINDOW_BYTES / 3);
                assertThat(client.next(RawHttp2.WINDOW_UPDATE).payload().readInt()).isGreaterThan(WINDOW_BYTES / 3);
            }
            assertThat(open.alive).hasValueGreaterThan(900);
        }
    }

    @Test
    void withholdsTheWindowOfAClientThatIsNotToSend() throws Exception {
        try (RawHttp2 client = connect(Map.of())) {
            TestPort.OpenWebSocket open = open(client, 1);
            port.onLoop(() -> open.connection.setReading(false));
            byte[] frame = masked(Opcode.PONG, "p".repeat(100));
            int frames = WINDOW_BYTES / frame.length;
            for (int i = 0; i < frames; i++) {
                send(client, 1, frame);
            }
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            RawHttp2.Frame answer = client.read();
            while (answer.type() != RawHttp2.PING) {
                assertThat(answer.type()).isNotEqualTo(RawHttp2.WINDOW_UPDATE);
                answer = client.read();
            }
            assertThat(open.alive).as("what has come is handed out").hasValue(frames);
            port.onLoop(() -> open.connection.setReading(true));
            for (int i = 0; i < 2; i++) {
                assertThat(client.next(RawHttp2.WINDOW_UPDATE).payload().readInt()).isEqualTo(frames * frame.length);
            }
        }
    }
}
