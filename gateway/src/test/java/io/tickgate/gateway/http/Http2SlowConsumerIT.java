package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.protocol.websocket.Opcode;
import io.tickgate.protocol.websocket.WebSocketDecoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;
import io.tickgate.protocol.websocket.WebSocketFault;

/** Of two WebSockets on one HTTP/2 connection one's window stays closed: it's a slow consumer, and its neighbour loses nothing. */
class Http2SlowConsumerIT {
    private static final String EVERY = "bench:flood";
    private static final String LATEST = "price:FLOOD";
    private static final String SLOW = "tickgate_disconnects_total{reason=\"slow_consumer\"}";
    private static final int STALLED = 1;
    private static final int NEIGHBOUR = 3;
    private static final int PAYLOAD_BYTES = 10_000;
    private static final int MOST_UPDATES = 5_000;

    private final Texts neighbour = new Texts();
    private final Texts stalled = new Texts();
    private GatewayFixture gateway;
    private int published;

    private RawHttp2 connect(int slowReaderMs) throws IOException {
        gateway = GatewayFixture.start("--public", "bench*", "--slow-reader-ms", String.valueOf(slowReaderMs),
                "--outbound-high-watermark-bytes", "65536", "--outbound-low-watermark-bytes", "16384");
        return new RawHttp2(gateway.port());
    }

    @AfterEach
    void stop() {
        stalled.decoder.release();
        neighbour.decoder.release();
        gateway.close();
    }

    /** The messages of one stream. */
    private static final class Texts implements WebSocketDecoder.Sink {
        private final WebSocketDecoder decoder = WebSocketDecoder.ofClient(1 << 20);
        private final List<JsonNode> messages = new ArrayList<>();
        private Http2Error reset;

        void read(ByteBuf payload) {
            try {
                decoder.decode(payload, this);
            } catch (WebSocketFault fault) {
                throw new AssertionError(fault);
            }
        }

        List<Integer> updates(String channel) {
            return messages.stream().filter(message -> message.path("channel").asText().equals(channel))
                    .filter(message -> !message.has("op")).map(message -> message.path("data").path("n").asInt())
                    .toList();
        }

        boolean has(String op) {
            return messages.stream().anyMatch(message -> message.path("op").asText().equals(op));
        }

        @Override
        public void onText(ByteBuf text) {
            messages.add(GatewayFixture.json(text.toString(StandardCharsets.UTF_8)));
        }

        @Override
        public void onBinary(ByteBuf bytes) {}

        @Override
        public void onPing(ByteBuf payload) {}

        @Override
        public void onPong(ByteBuf payload) {}

        @Override
        public void onClose(int code, String reason) {}
    }

    private static void send(RawHttp2 client, int stream, String text) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeMasked(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8), 0x12345678, frame);
        client.send(RawHttp2.DATA, 0, stream, ByteBufUtil.getBytes(frame));
    }

    /** Hands what comes next to the stream that it belongs to. */
    private void readOn(RawHttp2 client) throws IOException {
        RawHttp2.Frame frame = client.read();
        Texts texts = frame.stream() == STALLED ? stalled : neighbour;
        if (frame.type() == RawHttp2.DATA) {
            texts.read(frame.payload());
        } else if (frame.type() == RawHttp2.RST_STREAM) {
            texts.reset = Http2Error.valueOf(frame.error());
        } else if (frame.type() == RawHttp2.SETTINGS && !frame.has(RawHttp2.ACK)) {
            client.send(RawHttp2.SETTINGS, RawHttp2.ACK, 0, new byte[0]);
        }
    }

    private void subscribe(RawHttp2 client, int stream, Texts texts, String channel) throws Exception {
        client.headers(stream, new DefaultHttp2Headers().method("CONNECT").add(":protocol", "websocket").scheme("http")
                .path("/ws").authority("h").add("sec-websocket-version", "13"), false);
        send(client, stream, "{\"op\":\"subscribe\",\"channels\":[\"" + channel + "\"]}");
        while (!texts.has("subscribed")) {
            readOn(client);
        }
    }

    private void publishAndRead(RawHttp2 client, String channel) throws IOException {
        gateway.publish(channel, IntStream.range(0, 4).mapToObj(_ -> {
            published++;
            return "{\"n\":" + published + ",\"x\":\"" + "x".repeat(PAYLOAD_BYTES) + "\"}";
        }).toList());
        while (neighbour.updates(channel).stream().noneMatch(n -> n == published)) {
            readOn(client);
        }
    }

    @Test
    void aClosedWindowEndsIn4503AndTheNeighbourLosesNothing() throws Exception {
        try (RawHttp2 client = connect(1_000)) {
            subscribe(client, STALLED, stalled, EVERY);
            subscribe(client, NEIGHBOUR, neighbour, EVERY);
            client.window(NEIGHBOUR, 1 << 30);
            while (gateway.metric(SLOW) == 0) {
                assertThat(published).isLessThan(MOST_UPDATES);
                publishAndRead(client, EVERY);
            }
            assertThat(gateway.metric(SLOW)).isEqualTo(1);
            while (stalled.reset == null) {
                readOn(client);
            }
            assertThat(stalled.reset).as("the close frame finds no window").isEqualTo(Http2Error.CANCEL);
            publishAndRead(client, EVERY);
            assertThat(neighbour.updates(EVERY))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, published).boxed().toList());
            assertThat(neighbour.has("gap")).isFalse();
            assertThat(gateway.metric("tickgate_websockets_opened_total{http=\"2\"}")).isEqualTo(2);
        }
    }

    @Test
    void aWindowThatOpensLateGetsTheNewestValueNext() throws Exception {
        try (RawHttp2 client = connect(60_000)) {
            subscribe(client, STALLED, stalled, LATEST);
            subscribe(client, NEIGHBOUR, neighbour, LATEST);
            client.window(NEIGHBOUR, 1 << 30);
            for (int i = 0; i < 25; i++) {
                publishAndRead(client, LATEST);
            }
            client.window(STALLED, 1 << 30);
            while (stalled.updates(LATEST).stream().noneMatch(n -> n == published)) {
                readOn(client);
            }
            assertThat(stalled.updates(LATEST)).as("what it missed was conflated").hasSizeLessThan(published / 2)
                    .isSorted();
            assertThat(gateway.metric(SLOW)).isZero();
        }
    }
}
