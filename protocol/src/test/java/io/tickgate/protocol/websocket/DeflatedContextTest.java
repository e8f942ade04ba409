package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.Disconnect;

/** What clients send that have agreed to permessage-deflate (RFC 7692) and go on in the window of their earlier messages. */
class DeflatedContextTest {
    private static final int MAX_MESSAGE_BYTES = 70_000;
    private static final int RSV1 = 0x40;
    private static final int FIN = 0x80;
    private static final int DEFLATED_TEXT = FIN | RSV1 | Opcode.TEXT;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final MessageInflater inflater = new MessageInflater();
    private final RecordingSink sink = new RecordingSink();

    /** A client that a server has told to cap its window. */
    private static final class Client implements AutoCloseable {
        private final Deflater deflater = new Deflater(6, true);
        private final int windowBytes;
        /** All that has been deflated. */
        private byte[] earlier = {};

        Client(int windowBytes) {
            this.windowBytes = windowBytes;
        }

        /**
         * By one deflater that knows all it has deflated before, as clients do. The platform's window can't be made smaller, so this
         * is within a smaller one only as long as everything is, or if nothing repeats but at short distances.
         */
        byte[] goOn(byte[] bytes) {
            return deflate(deflater, bytes);
        }

        byte[] goOn(String text) {
            return goOn(utf8(text));
        }

        /** By a deflater that knows no more than the window holds at the end of this message. */
        byte[] withinWindow(byte[] bytes) {
            int reach = Math.min(earlier.length, Math.max(0, windowBytes - bytes.length));
            Deflater own = new Deflater(6, true);
            if (reach > 0) {
                own.setDictionary(earlier, earlier.length - reach, reach);
            }
            earlier = concat(earlier, bytes);
            byte[] deflated = deflate(own, bytes);
            own.end();
            return deflated;
        }

        /** As §7.2.1 says: flushed, without the last 4 bytes. */
        private static byte[] deflate(Deflater deflater, byte[] bytes) {
            deflater.setInput(bytes);
            byte[] out = new byte[2 * bytes.length + 1_000];
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return length == 0 ? new byte[1] : Arrays.copyOf(out, length - 4);
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    private WebSocketDecoder server(int bits) {
        return WebSocketDecoder.ofServer(MAX_MESSAGE_BYTES,
                PermessageDeflate.agree(List.of("permessage-deflate; client_max_window_bits=" + bits)), inflater);
    }

    @AfterEach
    void nothingLeaks() {
        inflater.close();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** §7.2.3.2: the same message twice, the second time as a reference. And a third time. */
    @Test
    void readsTheVectorOfRfc7692() throws WebSocketFault {
        WebSocketDecoder server = server(10);
        decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f248cdc9c90700")));
        decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f200110000")));
        decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f200110000")));
        assertThat(sink.seen).containsExactly("text Hello", "text Hello", "text Hello");
    }

    @Test
    void readsMessagesThatReferToEachOther() throws WebSocketFault {
        WebSocketDecoder server = server(10);
        int first = 0;
        try (Client client = new Client(1_024)) {
            for (int i = 0; i < 20; i++) {
                String text = "{\"op\":\"subscribe\",\"id\":" + i + ",\"channels\":[\"price:EU\"]}";
                byte[] payload = client.goOn(text);
                first = Math.max(first, payload.length);
                assertThat(payload.length).as("the %d. refers to the first", i).isLessThan(i == 0 ? 100 : first / 2);
                decode(server, frame(DEFLATED_TEXT, payload));
                assertThat(sink.seen).hasSize(i + 1).last().isEqualTo("text " + text);
            }
        }
    }

    /** All the references that are allowed, and none beyond, in streams much longer than the window. */
    @ParameterizedTest
    @ValueSource(ints = {9, 10})
    void readsLongStreamsMixedWithPlainMessages(int bits) throws WebSocketFault {
        SplittableRandom random = new SplittableRandom(bits);
        WebSocketDecoder server = server(bits);
        List<String> sent = new ArrayList<>();
        int plainBytes = 0;
        int deflatedBytes = 0;
        try (Client client = new Client(1 << bits)) {
            for (int i = 0; i < 2_000; i++) {
                byte[] message = message(random, 1 << bits);
                sent.add("binary " + ByteBufUtil.hexDump(message));
                if (random.nextInt(4) == 0) {
                    decode(server, frame(FIN | Opcode.BINARY, message));
                } else {
                    byte[] payload = client.withinWindow(message);
                    plainBytes += message.length;
                    deflatedBytes += payload.length;
                    sendInPieces(random, server, payload);
                }
            }
        }
        assertThat(sink.seen).isEqualTo(sent);
        assertThat(deflatedBytes).isLessThan(plainBytes / 2);
    }

    /** Mostly small ones with much that comes again; a few as large as the window or larger, or empty. */
    private static byte[] message(SplittableRandom random, int windowBytes) {
        StringBuilder text = new StringBuilder();
        int size = switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> windowBytes;
            case 2 -> 2 * windowBytes + random.nextInt(windowBytes);
            default -> random.nextInt(200);
        };
        while (text.length() < size) {
            text.append("\"price:").append(Integer.toString(random.nextInt(50), 36)).append("-NASDAQ\",");
        }
        return Arrays.copyOf(utf8(text.toString()), size);
    }

    private void sendInPieces(SplittableRandom random, WebSocketDecoder server, byte[] payload) throws WebSocketFault {
        int cut = random.nextInt(payload.length + 1);
        decode(server, concat(frame(RSV1 | Opcode.BINARY, Arrays.copyOf(payload, cut)),
                frame(FIN | Opcode.PING, new byte[0])));
        assertThat(sink.seen.removeLast()).isEqualTo("ping ");
        decode(server, frame(FIN | Opcode.CONTINUATION, Arrays.copyOfRange(payload, cut, payload.length)));
    }

    @Test
    void readsAStreamCutAtAnyByte() throws WebSocketFault {
        byte[] stream;
        try (Client client = new Client(1_024)) {
            byte[] third = client.goOn("{\"op\":\"subscribe\"} three");
            byte[] fourth = client.goOn("{\"op\":\"subscribe\"} four ₿");
            byte[] fifth = client.goOn(new byte[]{(byte) 0xff, '"', 's', 'u', 'b', 's', 'c', 'r', 'i', 'b', 'e', '"'});
            stream = concat(frame(FIN | Opcode.TEXT, utf8("{\"op\":\"subscribe\"} one")),
                    frame(DEFLATED_TEXT, new byte[1]), frame(DEFLATED_TEXT, third),
                    frame(RSV1 | Opcode.TEXT, Arrays.copyOf(fourth, 5)), frame(FIN | Opcode.PONG, new byte[0]),
                    frame(FIN | Opcode.CONTINUATION, Arrays.copyOfRange(fourth, 5, fourth.length)),
                    frame(FIN | RSV1 | Opcode.BINARY, fifth),
                    frame(DEFLATED_TEXT, client.goOn("{\"op\":\"subscribe\"} six")));
        }
        for (int cut = 0; cut <= stream.length; cut++) {
            sink.seen.clear();
            WebSocketDecoder server = server(10);
            decode(server, Arrays.copyOfRange(stream, 0, cut));
            decode(server, Arrays.copyOfRange(stream, cut, stream.length));
            assertThat(sink.seen).containsExactly("text {\"op\":\"subscribe\"} one", "text ",
                    "text {\"op\":\"subscribe\"} three", "pong ", "text {\"op\":\"subscribe\"} four ₿",
                    "binary ff2273756273637269626522", "text {\"op\":\"subscribe\"} six");
        }
    }

    /** A message has the inflater for itself, and the window of its own connection only. */
    @Test
    void readsSeveralConnectionsByOneInflater() throws WebSocketFault {
        int connections = 5;
        WebSocketDecoder[] servers = new WebSocketDecoder[connections];
        Client[] clients = new Client[connections];
        Arrays.setAll(servers, i -> server(10));
        Arrays.setAll(clients, i -> new Client(1_024));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100; i++) {
            int connection = random.nextInt(connections);
            String text = "client " + connection + " with its own repeated words " + i % 3;
            decode(servers[connection], frame(DEFLATED_TEXT, clients[connection].withinWindow(utf8(text))));
            assertThat(sink.seen).last().isEqualTo("text " + text);
        }
        for (Client client : clients) {
            client.close();
        }
    }

    /** §7.2.3.5: what follows a last block refers to nothing before it in the same message, but the next message may. */
    @Test
    void keepsWhatALastBlockEnded() throws WebSocketFault {
        WebSocketDecoder server = server(10);
        decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f348cdc9c9070000")));
        decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f200110000")));
        assertThat(sink.seen).containsExactly("text Hello", "text Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10})
    void refusesWhatRefersBeyondTheWindowAndGoesOnForOthers(int bits) throws WebSocketFault {
        byte[] random = new byte[1 << bits];
        new SplittableRandom(bits).nextBytes(random);
        // zlib never refers to the first byte of all.
        byte[] oldest = Arrays.copyOfRange(random, 1, 31);
        try (Client obeys = new Client(1 << bits); Client exceeds = new Client(1 << bits)) {
            WebSocketDecoder obeyed = server(bits);
            decode(obeyed, frame(FIN | RSV1 | Opcode.BINARY, obeys.goOn(random)));
            decode(obeyed, frame(FIN | RSV1 | Opcode.BINARY, obeys.goOn(new byte[1])));
            byte[] atItsEnd = obeys.goOn(oldest);
            assertThat(atItsEnd).as("is a reference").hasSizeLessThan(10);

            WebSocketDecoder exceeded = server(bits);
            decode(exceeded, frame(FIN | RSV1 | Opcode.BINARY, exceeds.goOn(random)));
            decode(exceeded, frame(FIN | RSV1 | Opcode.BINARY, exceeds.goOn(new byte[2])));
            byte[] beyond = exceeds.goOn(oldest);
            assertThatThrownBy(() -> decode(exceeded, frame(FIN | RSV1 | Opcode.BINARY, beyond)))
                    .isSameAs(WebSocketFault.NOT_DEFLATE);
            assertThat(WebSocketFault.NOT_DEFLATE.disconnect()).isEqualTo(Disconnect.INVALID_PAYLOAD);

            decode(obeyed, frame(FIN | RSV1 | Opcode.BINARY, atItsEnd));
            assertThat(sink.seen).last().isEqualTo("binary " + ByteBufUtil.hexDump(oldest));
        }
    }

    @Test
    void refusesWhatRefersToAPlainMessage() throws WebSocketFault {
        WebSocketDecoder server = server(10);
        decode(server, frame(FIN | Opcode.TEXT, utf8("Hello")));
        assertThatThrownBy(() -> decode(server, frame(DEFLATED_TEXT, ByteBufUtil.decodeHexDump("f200110000"))))
                .isSameAs(WebSocketFault.NOT_DEFLATE);
    }

    @Test
    void holdsNoMoreThanWasSentAndAgreed() {
        InflatedWindow window = new InflatedWindow(1_024);
        int sent = 0;
        assertThat(window.heldBytes()).isZero();
        for (int bytes : new int[]{0, 1, 300, 0, 700, 22, 1, 1, 5_000, 0, 1_024, 7}) {
            window.add(Unpooled.wrappedBuffer(new byte[bytes]));
            sent += bytes;
            assertThat(window.heldBytes()).isEqualTo(Math.min(sent, 1_024));
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        WebSocketEncoder.writeMasked(Opcode.BINARY, payload, 0x37fa213d, out);
        byte[] bytes = ByteBufUtil.getBytes(out);
        bytes[0] = (byte) first;
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private void decode(WebSocketDecoder decoder, byte[] bytes) throws WebSocketFault {
        ByteBuf in = allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
        try {
            decoder.decode(in, sink);
        } finally {
            in.release();
        }
    }
}
