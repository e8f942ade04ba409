package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;

/**
 * What a hostile HTTP/2 client gets: each attack up to its limit, where the connection still serves, and one frame further,
 * where it ends. So the numbers here are what an attack may cost.
 */
class Http2AttackTest {
    private static final byte[] NO_WINDOW = bytes("0004 00000000");
    private static final byte[] WIDE_WINDOW = bytes("0004 3fffffff");
    private static final byte[] CANCEL = bytes("00000008");

    private TestPort port;

    @AfterEach
    void stop() {
        port.close();
    }

    private RawHttp2 connect(Map<String, Object> settings, byte[] clientSettings) throws IOException {
        port = TestPort.start(settings);
        return new RawHttp2(port.port(), clientSettings);
    }

    private RawHttp2 connect() throws IOException {
        return connect(Map.of(), new byte[0]);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** The connection answers, and no flood was found so far. */
    private void assertServed(RawHttp2 client, int stream) throws Exception {
        client.get(stream, "/echo");
        assertThat(client.nextHeaders(stream).status()).hasToString("200");
        assertThat(client.next(RawHttp2.DATA).stream()).isEqualTo(stream);
        for (Http2Flood flood : Http2Flood.values()) {
            assertThat(port.count(flood.counter())).as(flood.name()).isZero();
        }
    }

    /** The client is told to calm down, and its connection ends though it stays. */
    private void assertEnded(RawHttp2 client, Http2Flood flood) throws Exception {
        RawHttp2.Frame goAway = client.nextOf(RawHttp2.GOAWAY);
        assertThat(goAway.error()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(goAway.text()).endsWith(flood.reason());
        assertThat(client.raw().readToEnd()).isEmpty();
        for (Http2Flood each : Http2Flood.values()) {
            assertThat(port.count(each.counter())).as(each.name()).isEqualTo(each == flood ? 1 : 0);
        }
        client.raw().leave();
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
    }

    private static int limit(Http2Flood flood) {
        return flood.limit(TestPort.settings(Map.of()));
    }

    // Resets.

    @Test
    void rapidReset() throws Exception {
        try (RawHttp2 client = connect(Map.of("streams", 100), new byte[0])) {
            for (int i = 0; i < 200; i++) {
                client.get(1 + 2 * i, "/hold");
                client.send(RawHttp2.RST_STREAM, 0, 1 + 2 * i, CANCEL);
            }
            assertServed(client, 401);
            client.get(403, "/hold");
            client.send(RawHttp2.RST_STREAM, 0, 403, CANCEL);
            assertEnded(client, Http2Flood.RAPID_RESET);
            assertThat(port.aborted).hasValue(201);
            assertThat(port.count(Counter.HTTP_REQUESTS)).isEqualTo(202);
        }
    }

    /** Ways of having the gateway reset a stream that it works for. */
    enum Provocation {
        EMPTY_WINDOW_UPDATE, WINDOW_OVERFLOW, PRIORITY_OF_ITSELF, SHORT_PRIORITY, DATA_AFTER_END, HEADERS_AFTER_END, EMPTY_HEADERS;

        void provoke(RawHttp2 client, int stream) throws IOException {
            switch (this) {
                case EMPTY_WINDOW_UPDATE -> client.window(stream, 0);
                case WINDOW_OVERFLOW -> client.window(stream, Integer.MAX_VALUE);
                case PRIORITY_OF_ITSELF -> client.send(RawHttp2.PRIORITY, 0, stream,
                        ByteBufUtil.getBytes(Unpooled.buffer().writeInt(stream).writeByte(0)));
                case SHORT_PRIORITY -> client.send(RawHttp2.PRIORITY, 0, stream, new byte[1]);
                case DATA_AFTER_END -> client.send(RawHttp2.DATA, 0, stream, new byte[1]);
                case HEADERS_AFTER_END -> client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                        stream, RawHttp2.block("a", "b"));
                case EMPTY_HEADERS ->
                    client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, new byte[0]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void madeYouReset(Provocation provocation) throws Exception {
        try (RawHttp2 client = connect(Map.of("streams", 100), new byte[0])) {
            boolean isOfOpenStream = provocation != Provocation.EMPTY_HEADERS;
            for (int i = 0; i < 200; i++) {
                int stream = 1 + 2 * i;
                if (isOfOpenStream) {
                    client.get(stream, "/hold");
                }
                provocation.provoke(client, stream);
                assertThat(client.next(RawHttp2.RST_STREAM).stream()).isEqualTo(stream);
            }
            assertServed(client, 401);
            if (isOfOpenStream) {
                client.get(403, "/hold");
            }
            provocation.provoke(client, 403);
            // Whatever comes next.
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            assertEnded(client, Http2Flood.MADE_YOU_RESET);
            assertThat(port.aborted).hasValue(isOfOpenStream ? 201 : 0);
        }
    }

    @Test
    void tooManyStreams() throws Exception {
        try (RawHttp2 client = connect(Map.of("streams", 2), new byte[0])) {
            client.get(1, "/hold");
            client.get(3, "/hold");
            for (int i = 0; i < 200; i++) {
                client.get(5 + 2 * i, "/hold");
                RawHttp2.Frame reset = client.next(RawHttp2.RST_STREAM);
                assertThat(reset.stream()).isEqualTo(5 + 2 * i);
                assertThat(reset.error()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
            }
            assertThat(port.count(Counter.HTTP2_STREAMS_REFUSED)).isEqualTo(200);
            assertThat(port.held).hasSize(2);
            // What a client sends before it hears of the refusal.
            client.send(RawHttp2.WINDOW_UPDATE, 0, 403, bytes("00000001"));
            client.send(RawHttp2.RST_STREAM, 0, 403, CANCEL);
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            client.next(RawHttp2.PING);
            client.get(405, "/hold");
            client.get(407, "/hold");
            assertEnded(client, Http2Flood.MADE_YOU_RESET);
        }
    }

    // Headers.

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void continuationFloodOfSmallPieces(int bytes) throws Exception {
        try (RawHttp2 client = connect()) {
            byte[] block = RawHttp2.block(":method", "GET", ":scheme", "http", ":path", "/echo", "x", "y".repeat(100));
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, block);
            client.sendMany(14, RawHttp2.CONTINUATION, 0, 1, new byte[0]);
            client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, RawHttp2.block("z", "z"));
            assertThat(client.nextHeaders(1).status()).hasToString("200");
            assertServed(client, 3);
            client.send(RawHttp2.HEADERS, 0, 5, new byte[bytes]);
            client.sendMany(10_000, RawHttp2.CONTINUATION, 0, 5, new byte[bytes]);
            assertEnded(client, Http2Flood.CONTINUATION);
        }
    }

    @Test
    void continuationFloodOfLargePieces() throws Exception {
        try (RawHttp2 client = connect()) {
            assertServed(client, 1);
            client.send(RawHttp2.HEADERS, 0, 3, new byte[10_000]);
            client.sendMany(2, RawHttp2.CONTINUATION, 0, 3, new byte[10_000]);
            RawHttp2.Frame goAway = client.next(RawHttp2.GOAWAY);
            assertThat(goAway.error()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
            assertThat(goAway.payload().getInt(0)).as("the last stream looked at").isEqualTo(1);
            assertThat(port.count(Counter.HTTP2_HEADER_SIZE)).isEqualTo(1);
        }
    }

    @Test
    void largeHeaderLists() throws Exception {
        try (RawHttp2 client = connect()) {
            ByteBuf large = Unpooled.buffer();
            for (int i = 0; i < 160; i++) {
                large.writeBytes(RawHttp2.block("x", "~".repeat(100)));
            }
            byte[] block = ByteBufUtil.getBytes(large);
            for (int i = 0; i < 100; i++) {
                client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1 + 2 * i, new byte[0]);
                client.send(RawHttp2.CONTINUATION, 0, 1 + 2 * i, Arrays.copyOf(block, 9_000));
                client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1 + 2 * i,
                        Arrays.copyOfRange(block, 9_000, block.length));
                assertThat(client.nextHeaders(1 + 2 * i).status()).hasToString("431");
                assertThat(client.next(RawHttp2.DATA).text()).contains("\"code\":\"bad_request\"");
            }
            assertServed(client, 201);
            assertThat(port.count(Counter.HTTP_REFUSED)).isEqualTo(100);
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 203, Arrays.copyOf(block, 9_000));
            client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 203,
                    Arrays.copyOfRange(block, 9_000, block.length));
            assertEnded(client, Http2Flood.HEADER_SIZE);
        }
    }

    @Test
    void hpackBomb() throws Exception {
        try (RawHttp2 client = connect()) {
            // 4 KB in the table, by incremental indexing of x.
            ByteBuf table = Unpooled.buffer()
                    .writeBytes(new byte[]{(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x40, 1, 'x'});
            table.writeByte(0x7f).writeByte(0x80 | 0x51).writeByte(0x1e).writeBytes("y".repeat(127 + 0x51 + (0x1e << 7))
                    .getBytes(StandardCharsets.US_ASCII));
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, ByteBufUtil.getBytes(table));
            assertThat(client.nextHeaders(1).status()).hasToString("404");
            // 1 KB on the wire, 4 MB decoded.
            byte[] bomb = new byte[1_000];
            Arrays.fill(bomb, (byte) 0xbe);
            int stream = 3;
            for (int i = 0; i < 100; i++, stream += 2) {
                client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, bomb);
                assertThat(client.nextHeaders(stream).status()).hasToString("431");
            }
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, bomb);
            assertEnded(client, Http2Flood.HEADER_SIZE);
        }
    }

    @Test
    void tooManyHeaderFields() throws Exception {
        try (RawHttp2 client = connect()) {
            ByteBuf block = Unpooled.buffer()
                    .writeBytes(RawHttp2.block(":method", "GET", ":scheme", "http", ":path", "/echo"));
            for (int i = 0; i < Http2Rules.MAX_FIELDS - 3; i++) {
                block.writeBytes(RawHttp2.block("a", ""));
            }
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, ByteBufUtil.getBytes(block));
            assertThat(client.nextHeaders(1).status()).hasToString("200");
            block.writeBytes(RawHttp2.block("a", ""));
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 3, ByteBufUtil.getBytes(block));
            assertThat(client.nextHeaders(3).status()).hasToString("431");
            assertServed(client, 5);
        }
    }

    // Frames that cost us more than the client.

    /** Sends of one frame, of which some were sent before, as many as are taken, and one more. */
    private void assertLimited(RawHttp2 client, Http2Flood flood, int before, int type, int flags, int stream,
            byte[] payload) throws Exception {
        client.sendMany(limit(flood) - before, type, flags, stream, payload);
        assertServed(client, 101);
        client.send(type, flags, stream, payload);
        assertEnded(client, flood);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, RawHttp2.ACK})
    void pingFlood(int flags) throws Exception {
        try (RawHttp2 client = connect()) {
            assertLimited(client, Http2Flood.PING, 0, RawHttp2.PING, flags, 0, new byte[8]);
        }
    }

    @EachTransport
    void pingFloodWhoseAnswersNobodyReads(String transport) throws Exception {
        try (RawHttp2 client = connect(Map.of("transport", transport), WIDE_WINDOW)) {
            client.get(1, "/stream");
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                stream.writeAndRelease(Unpooled.directBuffer().writeZero(20_000_000));
                stream.flush();
            });
            client.sendMany(limit(Http2Flood.PING), RawHttp2.PING, 0, 0, new byte[8]);
            port.awaitCount(Counter.HTTP2_PING, 1);
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, RawHttp2.ACK})
    void settingsFlood(int flags) throws Exception {
        try (RawHttp2 client = connect()) {
            // The preface's own, and the answer to ours when that is read.
            assertLimited(client, Http2Flood.SETTINGS, 2, RawHttp2.SETTINGS, flags, 0, new byte[0]);
        }
    }

    @Test
    void priorityFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            assertLimited(client, Http2Flood.PRIORITY, 0, RawHttp2.PRIORITY, 0, 1, new byte[5]);
        }
    }

    @Test
    void unknownFrameFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            assertLimited(client, Http2Flood.UNKNOWN_FRAMES, 0, 0xbb, 0, 0, new byte[3]);
        }
    }

    @Test
    void emptyDataFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            client.headers(1, RawHttp2.request("POST", "/hold"), false);
            assertLimited(client, Http2Flood.EMPTY_FRAMES, 0, RawHttp2.DATA, 0, 1, new byte[0]);
        }
    }

    @Test
    void emptyPaddedDataFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            client.headers(1, RawHttp2.request("POST", "/hold"), false);
            assertLimited(client, Http2Flood.EMPTY_FRAMES, 0, RawHttp2.DATA, RawHttp2.PADDED, 1,
                    new byte[]{3, 0, 0, 0});
        }
    }

    // Windows.

    @Test
    void windowUpdateFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            // One opened the connection's window; the answer in the midst, of one frame, is good for four.
            client.sendMany(limit(Http2Flood.WINDOW_UPDATES) - 1, RawHttp2.WINDOW_UPDATE, 0, 0, bytes("00000001"));
            assertServed(client, 101);
            client.sendMany(5, RawHttp2.WINDOW_UPDATE, 0, 0, bytes("00000001"));
            assertEnded(client, Http2Flood.WINDOW_UPDATES);
        }
    }

    @Test
    void windowUpdatesForEachFrameAreNoFlood() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/stream");
            client.nextHeaders(1);
            ResponseStream stream = TestPort.next(port.streams).stream();
            for (int i = 0; i < 2_000; i++) {
                port.onLoop(() -> {
                    stream.writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("tick")));
                    stream.flush();
                });
                client.next(RawHttp2.DATA);
                client.window(0, 4);
                client.window(1, 4);
            }
            assertServed(client, 3);
        }
    }

    @Test
    void tinyWindows() throws Exception {
        try (RawHttp2 client = connect(Map.of(), NO_WINDOW)) {
            client.get(1, "/stream");
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                stream.writeAndRelease(Unpooled.buffer().writeZero(100_000));
                stream.flush();
            });
            for (int i = 0; i < limit(Http2Flood.TINY_WINDOWS); i++) {
                client.window(1, 1);
                assertThat(client.next(RawHttp2.DATA).payload().readableBytes()).isEqualTo(1);
            }
            client.window(1, 1);
            assertThat(client.next(RawHttp2.DATA).payload().readableBytes()).isEqualTo(1);
            client.window(1, 1);
            assertEnded(client, Http2Flood.TINY_WINDOWS);
        }
    }

    @Test
    void impossibleWindows() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/hold");
            client.window(1, Integer.MAX_VALUE);
            assertThat(client.next(RawHttp2.RST_STREAM).error()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
            client.get(3, "/hold");
            client.window(3, 0);
            assertThat(client.next(RawHttp2.RST_STREAM).error()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
            client.window(0, Integer.MAX_VALUE);
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
        }
        try (RawHttp2 client = new RawHttp2(port.port())) {
            client.window(0, 0);
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        }
        try (RawHttp2 client = new RawHttp2(port.port(), bytes("0004 80000000"))) {
            assertThat(client.readToGoAway()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, 3);
    }

    @Test
    void windowsShrunkBelowZero() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/stream");
            ResponseStream stream = TestPort.next(port.streams).stream();
            port.onLoop(() -> {
                stream.writeAndRelease(Unpooled.buffer().writeZero(40_000));
                stream.flush();
            });
            for (int received = 0; received < 40_000;) {
                received += client.next(RawHttp2.DATA).payload().readableBytes();
            }
            client.send(RawHttp2.SETTINGS, 0, 0, NO_WINDOW);
            client.window(1, 39_999);
            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            client.next(RawHttp2.PING);
            port.onLoop(() -> {
                stream.writeAndRelease(Unpooled.copiedBuffer(TestPort.ascii("x")));
                stream.flush();
                assertThat(stream.pendingBytes()).as("a window of -1").isEqualTo(1);
            });
            client.window(1, 2);
            assertThat(client.next(RawHttp2.DATA).text()).isEqualTo("x");
        }
    }

    // How it ends.

    @Test
    void aConnectionErrorEndsOpenStreamsAtOnceAndNamesTheLast() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/stream");
            client.get(3, "/hold");
            TestPort.OpenStream open = TestPort.next(port.streams);
            TestPort.next(port.held);
            client.send(RawHttp2.DATA, 0, 0, new byte[1]);
            RawHttp2.Frame goAway = client.next(RawHttp2.GOAWAY);
            assertThat(goAway.error()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
            assertThat(goAway.payload().getInt(0)).isEqualTo(3);
            port.onLoop(() -> {
                assertThat(open.closed()).hasValue(1);
                assertThat(port.aborted).hasValue(1);
            });
            assertThat(client.raw().readToEnd()).isEmpty();
            // A client that doesn't close its side doesn't keep the connection.
            await().atMost(Duration.ofSeconds(15)).until(() -> port.count(Counter.CONNECTIONS_CLOSED) == 1);
        }
    }

    @Test
    void aClientThatGoesOnAfterGoAwayIsCutOff() throws Exception {
        try (RawHttp2 client = connect()) {
            client.send(RawHttp2.DATA, 0, 0, new byte[1]);
            client.next(RawHttp2.GOAWAY);
            try {
                for (int i = 0; i < 1_000; i++) {
                    client.sendMany(1_000, RawHttp2.PING, 0, 0, new byte[8]);
                }
                assertThat(false).as("all was taken").isTrue();
            } catch (IOException cut) {
                port.awaitCount(Counter.CONNECTIONS_CLOSED, 1);
            }
            assertThat(port.count(Counter.HTTP2_PING)).isZero();
        }
    }

    @Test
    void aClientThatDoesNotAcknowledgeSettings() throws Exception {
        try (RawHttp2 client = connect(Map.of("headTimeoutMs", 300), new byte[0])) {
            client.get(1, "/stream");
            assertThat(client.nextOf(RawHttp2.GOAWAY).error()).isEqualTo((int) Http2Error.SETTINGS_TIMEOUT.code());
        }
        try (RawHttp2 client = new RawHttp2(port.port())) {
            client.get(1, "/stream");
            client.nextHeaders(1);
            // Longer than those who didn't acknowledge were given.
            Thread.sleep(1_000);
            assertServed(client, 3);
        }
    }
}
