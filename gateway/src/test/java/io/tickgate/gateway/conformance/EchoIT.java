package io.tickgate.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.protocol.websocket.Opcode;
import io.tickgate.protocol.websocket.WebSocketDecoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** What {@code /echo} sends back, and what it refuses to. */
final class EchoIT {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int TIMEOUT_MS = 60_000;

    private final GatewayFixture gateway = GatewayFixture.start("--conformance", "true");

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** A frame from the gateway. */
    private static final class Frame {
        private final int first;
        private final byte[] payload;

        Frame(int first, byte[] payload) {
            this.first = first;
            this.payload = payload;
        }
    }

    /** A client that writes frames as it's told. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;
        private final String head;

        Client(int port, String extensions) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
            out.write(("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + extensions + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder read = new StringBuilder();
            while (!read.toString().endsWith("\r\n\r\n")) {
                read.append((char) in.readUnsignedByte());
            }
            head = read.toString();
            assertThat(head).startsWith("HTTP/1.1 101 ");
        }

        void send(int first, byte[] payload) throws IOException {
            ByteBuf frame = Unpooled.buffer();
            WebSocketEncoder.writeMasked(Opcode.TEXT, payload, 0x01020304, frame);
            out.write(ByteBufUtil.getBytes(frame.setByte(0, first)));
        }

        Frame read() throws IOException {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            long bytes = switch (length) {
                case 126 -> in.readUnsignedShort();
                case 127 -> in.readLong();
                default -> length;
            };
            byte[] payload = new byte[Math.toIntExact(bytes)];
            in.readFully(payload);
            return new Frame(first, payload);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(random);
        return random;
    }

    @Test
    void echoesTheLargestMessageInAsManyFragmentsAsMayBe() throws Exception {
        byte[] message = random(MAX_MESSAGE_BYTES);
        try (Client client = new Client(gateway.port(), "")) {
            client.send(FIN | Opcode.BINARY, message);
            assertEcho(client.read(), FIN | Opcode.BINARY, message);
            int piece = MAX_MESSAGE_BYTES / WebSocketDecoder.MAX_FRAGMENTS;
            for (int at = 0; at < MAX_MESSAGE_BYTES; at += piece) {
                int fin = at + piece == MAX_MESSAGE_BYTES ? FIN : 0;
                client.send(fin | (at == 0 ? Opcode.BINARY : Opcode.CONTINUATION),
                        Arrays.copyOfRange(message, at, at + piece));
            }
            assertEcho(client.read(), FIN | Opcode.BINARY, message);
            client.send(FIN | Opcode.TEXT, "text".getBytes(StandardCharsets.UTF_8));
            assertEcho(client.read(), FIN | Opcode.TEXT, "text".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void assertEcho(Frame frame, int first, byte[] message) {
        assertThat(frame.first).isEqualTo(first);
        assertThat(Arrays.equals(frame.payload, message)).isTrue();
    }

    @Test
    void refusesAByteMore() throws Exception {
        try (Client client = new Client(gateway.port(), "")) {
            client.send(Opcode.BINARY, random(MAX_MESSAGE_BYTES));
            client.send(FIN | Opcode.CONTINUATION, new byte[1]);
            Frame close = client.read();
            assertThat(close.first).isEqualTo(FIN | Opcode.CLOSE);
            assertThat(ByteBuffer.wrap(close.payload).getShort()).isEqualTo((short) 1009);
        }
    }

    @Test
    void deflatesWhatItSendsIfThatWasAgreed() throws Exception {
        byte[] message = "the same again and again; ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        try (Client client = new Client(gateway.port(), "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
            assertThat(client.head).contains("sec-websocket-extensions: permessage-deflate");
            for (int opcode : new int[]{Opcode.TEXT, Opcode.BINARY, Opcode.TEXT}) {
                client.send(FIN | opcode, message);
                Frame frame = client.read();
                assertThat(frame.first).isEqualTo(FIN | RSV1 | opcode);
                assertThat(frame.payload.length).isLessThan(message.length / 10);
                assertThat(Arrays.equals(inflate(frame.payload, message.length), message)).isTrue();
            }
            client.send(FIN | Opcode.TEXT, new byte[0]);
            assertEcho(client.read(), FIN | Opcode.TEXT, new byte[0]);
        }
    }

    private static byte[] inflate(byte[] payload, int bytes) throws Exception {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(payload);
            byte[] inflated = new byte[bytes + 1];
            return Arrays.copyOf(inflated, inflater.inflate(inflated));
        }
    }

    /** It's not read from either, so that what is held for it stays within what the kernel and one turn hold. */
    @Test
    void aClientThatDoesNotReadCannotSendForEver() throws Exception {
        byte[] message = random(64 * 1_024);
        int messages = 1_600;
        AtomicLong sent = new AtomicLong();
        try (Client client = new Client(gateway.port(), "")) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        client.send(FIN | Opcode.BINARY, message);
                        sent.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }, Thread::startVirtualThread);
            long[] last = {-1};
            Awaitility.await("nothing more is taken").pollInterval(Duration.ofMillis(500)).until(() -> {
                long before = last[0];
                last[0] = sent.get();
                return before == last[0] && before > 0;
            });
            assertThat(sent.get()).as("messages of 100 MB that were taken unread").isLessThan(messages / 2);
            for (int i = 0; i < messages; i++) {
                assertEcho(client.read(), FIN | Opcode.BINARY, message);
            }
            sending.join();
        }
    }

    @Test
    void isThereForConformanceAlone() {
        assertThat(gateway.get("/echo").statusCode()).isEqualTo(426);
        try (GatewayFixture production = GatewayFixture.start()) {
            assertThat(production.get("/echo").statusCode()).isEqualTo(404);
        }
    }
}
