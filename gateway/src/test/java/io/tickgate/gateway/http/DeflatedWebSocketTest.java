package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.websocket.Opcode;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** WebSocket clients that offer permessage-deflate (RFC 7692). */
class DeflatedWebSocketTest {
    private static final String OFFER = "permessage-deflate; client_max_window_bits";
    private static final String AGREED = "permessage-deflate; client_max_window_bits=10";
    private static final int WINDOW_BYTES = 1_024;
    private static final int FIN_RSV1 = 0xc0;

    private TestPort port;

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    /** A client whose handshake was answered with this extension, or with none if it's null. */
    private RawClient upgraded(String path, String offer, String agreed) throws IOException {
        RawClient client = new RawClient(port.port());
        client.send(handshake(path, offer));
        String answer = client.readUntil("\r\n\r\n");
        assertThat(answer.lines().filter(line -> line.startsWith("sec-websocket-extensions: ")).toList())
                .isEqualTo(agreed == null ? List.of() : List.of("sec-websocket-extensions: " + agreed));
        return client;
    }

    private static String handshake(String path, String offer) {
        String handshake = WebSocketTest.HANDSHAKE.replace("/ws", path);
        return offer == null
                ? handshake
                : handshake.replace("Upgrade: websocket",
                        "Sec-WebSocket-Extensions: " + offer + "\r\nUpgrade: websocket");
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeMasked(Opcode.TEXT, payload, 0x12345678, frame);
        byte[] bytes = ByteBufUtil.getBytes(frame);
        bytes[0] = (byte) first;
        return bytes;
    }

    private static byte[] deflate(byte[] bytes) {
        try (Deflater deflater = new Deflater(6, true)) {
            return deflate(deflater, bytes);
        }
    }

    /** A message that may refer to what went through the deflater before. */
    private static byte[] deflate(Deflater deflater, byte[] bytes) {
        deflater.setInput(bytes);
        byte[] out = new byte[bytes.length + 100];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out, length - 4);
    }

    private static byte[] deflatedText(String text) {
        return frame(FIN_RSV1 | Opcode.TEXT, deflate(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void echoes(RawClient client, String text) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeText(text.getBytes(StandardCharsets.UTF_8), frame);
        assertThat(client.readHex(frame.readableBytes())).isEqualTo(ByteBufUtil.hexDump(frame));
    }

    private static void closes(RawClient client, int code, String reason) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeClose(code, reason, frame);
        assertThat(client.readHex(frame.readableBytes())).isEqualTo(ByteBufUtil.hexDump(frame));
        assertThat(client.readToEnd()).isEmpty();
    }

    @EachTransport
    void understandsDeflatedMessages(String transport) throws Exception {
        port = TestPort.start(transport);
        try (RawClient client = upgraded("/ws", OFFER, AGREED)) {
            client.send(deflatedText("häl₿😀 " + "lo".repeat(300)));
            echoes(client, "häl₿😀 " + "lo".repeat(300));
            client.send(frame(0x80 | Opcode.TEXT, "plain".getBytes(StandardCharsets.UTF_8)));
            echoes(client, "plain");
            byte[] cut = deflate("in pieces".getBytes(StandardCharsets.UTF_8));
            client.send(frame(0x40 | Opcode.TEXT, Arrays.copyOf(cut, 4)));
            client.send(frame(0x80 | Opcode.PING, new byte[]{1}));
            assertThat(client.readHex(3)).isEqualTo("8a0101");
            client.send(frame(0x80 | Opcode.CONTINUATION, Arrays.copyOfRange(cut, 4, cut.length)));
            echoes(client, "in pieces");
            client.send(frame(FIN_RSV1 | Opcode.BINARY, deflate(new byte[]{3})));
            assertThat(client.readHex(3)).isEqualTo("820103");
        }
    }

    @EachTransport
    void understandsMessagesThatReferToEarlierOnes(String transport) throws Exception {
        port = TestPort.start(transport);
        try (Deflater first = new Deflater(6, true);
                Deflater second = new Deflater(6, true);
                RawClient one = upgraded("/ws", OFFER, AGREED);
                RawClient two = upgraded("/ws", OFFER, AGREED)) {
            for (int i = 0; i < 5; i++) {
                String ofOne = "{\"op\":\"subscribe\",\"channels\":[\"price:EURUSD" + i + "\"]}";
                String ofTwo = "something else that comes again and again, " + i;
                byte[] deflated = deflate(first, ofOne.getBytes(StandardCharsets.UTF_8));
                assertThat(deflated.length).isLessThan(i == 0 ? 100 : 20);
                one.send(frame(FIN_RSV1 | Opcode.TEXT, deflated));
                two.send(frame(FIN_RSV1 | Opcode.TEXT, deflate(second, ofTwo.getBytes(StandardCharsets.UTF_8))));
                echoes(one, ofOne);
                echoes(two, ofTwo);
            }
        }
    }

    @Test
    void understandsThemBeforeTheAnswerToTheHandshake() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = new RawClient(port.port())) {
            ByteBuf together = Unpooled.wrappedBuffer(
                    handshake("/ws", OFFER).getBytes(StandardCharsets.US_ASCII), deflatedText("early"));
            client.send(ByteBufUtil.getBytes(together));
            assertThat(client.readUntil("\r\n\r\n")).contains(AGREED);
            echoes(client, "early");
        }
    }

    @Test
    void understandsThemOnAnotherLoop() throws Exception {
        port = TestPort.start(Map.of("loops", 2));
        for (int i = 0; i < 4; i++) {
            try (RawClient client = upgraded("/elsewhere", OFFER, AGREED)) {
                client.send(deflatedText("here"));
                echoes(client, "here");
                TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
                client.leave();
                await().until(() -> open.closed.get() == 1);
            }
        }
    }

    @Test
    void tellsWhatWasAgreed() throws Exception {
        port = TestPort.start(Map.of());
        upgraded("/ws", OFFER, AGREED).leave();
        assertThat(TestPort.next(port.webSockets).connection.deflate())
                .isEqualTo(new PermessageDeflate(true, WINDOW_BYTES, AGREED));
        String noTakeover = "permessage-deflate; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=15";
        upgraded("/ws", "permessage-deflate; server_no_context_takeover; server_max_window_bits=15", noTakeover)
                .leave();
        assertThat(TestPort.next(port.webSockets).connection.deflate())
                .isEqualTo(new PermessageDeflate(false, 0, noTakeover));
    }

    @Test
    void readsOffersOfSeveralHeaders() throws Exception {
        port = TestPort.start(Map.of());
        upgraded("/ws", "x-unknown; a=1\r\nSec-WebSocket-Extensions: " + OFFER, AGREED).leave();
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate; server_max_window_bits=10", "permessage-deflate; unheard-of",
            "permessage-bzip2", "permessage-deflate; ;", ""})
    void staysPlainIfNothingCanBeAgreed(String offer) throws Exception {
        port = TestPort.start(Map.of());
        staysPlain("/ws", offer);
    }

    @Test
    void staysPlainUnaskedOrUnwanted() throws Exception {
        port = TestPort.start(Map.of());
        staysPlain("/ws", null);
        staysPlain("/ws?plain=1", OFFER);
    }

    private void staysPlain(String path, String offer) throws Exception {
        try (RawClient client = upgraded(path, offer, null)) {
            client.send(frame(0x80 | Opcode.TEXT, "plain".getBytes(StandardCharsets.UTF_8)));
            echoes(client, "plain");
            assertThat(TestPort.next(port.webSockets).connection.deflate()).isNull();
            client.send(deflatedText("not agreed"));
            closes(client, 1002, "protocol_error");
        }
    }

    @Test
    void oneThatBreaksTheStreamLosesItsOwnConnectionOnly() throws Exception {
        port = TestPort.start(Map.of());
        byte[] hello = deflate("hello".getBytes(StandardCharsets.UTF_8));
        try (RawClient client = upgraded("/ws", OFFER, AGREED); RawClient liar = upgraded("/ws", OFFER, AGREED)) {
            client.send(frame(0x40 | Opcode.TEXT, Arrays.copyOf(hello, 3)));
            liar.send(frame(FIN_RSV1 | Opcode.TEXT, "{\"op\":\"ping\"}".getBytes(StandardCharsets.UTF_8)));
            closes(liar, 1007, "invalid_payload");
            client.send(frame(0x80 | Opcode.CONTINUATION, Arrays.copyOfRange(hello, 3, hello.length)));
            echoes(client, "hello");
            client.send(deflatedText("and on"));
            echoes(client, "and on");
        }
        assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void oneThatRefersBeyondItsWindowLosesItsOwnConnectionOnly() throws Exception {
        port = TestPort.start(Map.of());
        int partBytes = WINDOW_BYTES * 3 / 4;
        byte[] noise = new byte[2 * partBytes];
        new SplittableRandom(1).nextBytes(noise);
        try (Deflater deflater = new Deflater(6, true);
                RawClient client = upgraded("/ws", OFFER, AGREED);
                RawClient liar = upgraded("/ws", OFFER, AGREED)) {
            for (int i = 0; i < 2; i++) {
                byte[] part = Arrays.copyOfRange(noise, i * partBytes, (i + 1) * partBytes);
                liar.send(frame(FIN_RSV1 | Opcode.BINARY, deflate(deflater, part)));
                // The header of a frame of this length has 4 bytes.
                assertThat(liar.readHex(4 + partBytes)).endsWith(ByteBufUtil.hexDump(part));
            }
            client.send(deflatedText("hello"));
            echoes(client, "hello");
            liar.send(frame(FIN_RSV1 | Opcode.BINARY, deflate(deflater, Arrays.copyOfRange(noise, 1, 100))));
            closes(liar, 1007, "invalid_payload");
            client.send(deflatedText("and on"));
            echoes(client, "and on");
        }
        assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void refusesABomb() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = upgraded("/ws", OFFER, AGREED); RawClient bomber = upgraded("/ws", OFFER, AGREED)) {
            byte[] bomb = deflate(new byte[900_000]);
            assertThat(bomb).hasSizeLessThan(1_000);
            bomber.send(frame(FIN_RSV1 | Opcode.TEXT, bomb));
            closes(bomber, 1009, "too_big");
            client.send(deflatedText("unharmed"));
            echoes(client, "unharmed");
        }
        assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void checksTheTextInside() throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = upgraded("/ws", OFFER, AGREED)) {
            client.send(frame(FIN_RSV1 | Opcode.TEXT, deflate(new byte[]{'a', (byte) 0xff})));
            closes(client, 1007, "invalid_payload");
            assertThat(TestPort.next(port.webSockets).texts).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80 | 0x20 | Opcode.TEXT, 0x80 | 0x10 | Opcode.TEXT, 0xc0 | Opcode.PING, 0xc0 | Opcode.CLOSE})
    void refusesOtherReservedBits(int first) throws Exception {
        port = TestPort.start(Map.of());
        try (RawClient client = upgraded("/ws", OFFER, AGREED)) {
            client.send(frame(first, new byte[0]));
            closes(client, 1002, "protocol_error");
        }
    }
}
