package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.Disconnect;

class WebSocketDecoderTest {
    private static final int MAX_MESSAGE_BYTES = 70_000;
    private static final int KEY = 0x37fa213d;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final RecordingSink sink = new RecordingSink();
    private final WebSocketDecoder server = WebSocketDecoder.ofServer(MAX_MESSAGE_BYTES);
    private final WebSocketDecoder client = WebSocketDecoder.ofClient(MAX_MESSAGE_BYTES);

    @AfterEach
    void nothingLeaks() {
        server.release();
        client.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"810548656c6c6f,text Hello", "010348656c80026c6f,text Hello", "890548656c6c6f,ping Hello",
            "8a0548656c6c6f,pong Hello", "8203010203,binary 010203", "8100,'text '", "8800,'close 1005 '",
            "880203e8,'close 1000 '", "88060bb8627965e2,1007", "88050fa0627965,close 4000 bye"})
    void readsTheVectorsOfRfc6455(String hex, String expected) throws WebSocketFault {
        if (expected.equals("1007")) {
            assertThatThrownBy(() -> decode(client, hex)).isSameAs(WebSocketFault.NOT_UTF8);
        } else {
            decode(client, hex);
            assertThat(sink.seen).containsExactly(expected);
        }
    }

    @Test
    void unmasksTheVectorOfRfc6455() throws WebSocketFault {
        decode(server, "818537fa213d7f9f4d5158");
        assertThat(sink.seen).containsExactly("text Hello");
    }

    @Test
    void readsAFrameOfEveryLengthForm() throws WebSocketFault {
        for (int length : new int[]{0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, MAX_MESSAGE_BYTES}) {
            String text = "x".repeat(length);
            decode(server, masked(Opcode.TEXT, text));
            assertThat(sink.seen).containsExactly("text " + text);
            sink.seen.clear();
        }
    }

    @Test
    void readsAStreamCutAtAnyByte() throws WebSocketFault {
        byte[] stream = stream();
        for (int cut = 0; cut <= stream.length; cut++) {
            WebSocketDecoder decoder = WebSocketDecoder.ofServer(MAX_MESSAGE_BYTES);
            RecordingSink seen = new RecordingSink();
            decode(decoder, slice(stream, 0, cut), seen);
            decode(decoder, slice(stream, cut, stream.length), seen);
            assertThat(seen.seen).isEqualTo(streamContent());
        }
    }

    @Test
    void readsAStreamByteByByte() throws WebSocketFault {
        byte[] stream = stream();
        for (int at = 0; at < stream.length; at++) {
            decode(server, slice(stream, at, at + 1), sink);
        }
        assertThat(sink.seen).isEqualTo(streamContent());
    }

    @Test
    void readsAnyFragmentationWithControlFramesInBetween() throws WebSocketFault {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 500; i++) {
            WebSocketDecoder decoder = WebSocketDecoder.ofServer(MAX_MESSAGE_BYTES);
            RecordingSink seen = new RecordingSink();
            List<String> expected = new ArrayList<>();
            byte[] stream = randomStream(random, expected);
            for (int at = 0; at < stream.length;) {
                int end = Math.min(stream.length, at + 1 + random.nextInt(random.nextBoolean() ? 5 : 300));
                decode(decoder, slice(stream, at, end), seen);
                at = end;
            }
            assertThat(seen.seen).isEqualTo(expected);
        }
    }

    @Test
    void holdsNoBufferBetweenMessages() throws WebSocketFault {
        decode(server, stream());
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c1", "a1", "91", "f1", "c9", "a8", "9a"})
    void refusesReservedBits(String first) {
        assertFault(server, first, WebSocketFault.RESERVED_BITS, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f", "03", "0b"})
    void refusesReservedOpcodes(String first) {
        assertFault(server, first, WebSocketFault.RESERVED_OPCODE, Disconnect.PROTOCOL_ERROR);
    }

    @Test
    void refusesUnmaskedFramesFromAClientAndMaskedOnesFromAServer() {
        assertFault(server, "8105", WebSocketFault.NOT_MASKED, Disconnect.PROTOCOL_ERROR);
        assertFault(client, "8185", WebSocketFault.MASKED, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"09", "0a", "08"})
    void refusesFragmentedControlFrames(String first) {
        assertFault(server, first, WebSocketFault.FRAGMENTED_CONTROL, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"89fe", "8aff", "88fe"})
    void refusesLongControlFrames(String frame) {
        assertFault(server, frame, WebSocketFault.LONG_CONTROL, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"81fe007d", "81fe0000", "81ff000000000000ffff", "81ff0000000000000001"})
    void refusesLengthsNotInTheirShortestForm(String frame) {
        assertFault(server, frame, WebSocketFault.NOT_MINIMAL, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"81ff8000000000000000", "81ffffffffffffffffff"})
    void refusesLengthsOf64Bits(String frame) {
        assertFault(server, frame, WebSocketFault.NEGATIVE_LENGTH, Disconnect.PROTOCOL_ERROR);
    }

    @Test
    void refusesWrongFragmentation() {
        assertFault(server, "80", WebSocketFault.NOTHING_TO_CONTINUE, Disconnect.PROTOCOL_ERROR);
        assertFault(client, "0101618101", WebSocketFault.INTERLEAVED, Disconnect.PROTOCOL_ERROR);
    }

    @Test
    void refusesAMessageAboveTheLimitBeforeItsPayloadArrives() {
        assertFault(server, "82ff0000000000011171", WebSocketFault.TOO_BIG, Disconnect.TOO_BIG);
        assertFault(WebSocketDecoder.ofServer(10), "828b", WebSocketFault.TOO_BIG, Disconnect.TOO_BIG);
        assertFault(WebSocketDecoder.ofServer(10), "82ff7fffffffffffffff", WebSocketFault.TOO_BIG, Disconnect.TOO_BIG);
    }

    @Test
    void countsAllFragmentsTowardsTheLimit() throws WebSocketFault {
        WebSocketDecoder small = WebSocketDecoder.ofClient(4);
        decode(small, "0203010203");
        decode(small, "800104");
        assertThat(sink.seen).containsExactly("binary 01020304");
        decode(small, "0203010203");
        assertFault(small, "8002", WebSocketFault.TOO_BIG, Disconnect.TOO_BIG);
    }

    @Test
    void takesAMessageOfAsManyFragmentsAsMayBe() throws WebSocketFault {
        WebSocketDecoder decoder = WebSocketDecoder.ofServer(16 << 20);
        byte[] payload = new byte[256];
        for (int round = 0; round < 2; round++) {
            ByteBuf frames = allocator.buffer();
            for (int i = 0; i < WebSocketDecoder.MAX_FRAGMENTS; i++) {
                Arrays.fill(payload, (byte) i);
                frame(frames, i == WebSocketDecoder.MAX_FRAGMENTS - 1, i == 0 ? Opcode.BINARY : Opcode.CONTINUATION,
                        payload);
            }
            List<Integer> sizes = new ArrayList<>();
            decode(decoder, drain(frames), new SizeSink(sizes));
            assertThat(sizes).containsExactly(16 << 20);
        }
    }

    /** Control frames between them don't count; empty ones do, but for the last. */
    @Test
    void refusesOneFragmentMore() throws WebSocketFault {
        ByteBuf out = allocator.buffer();
        for (int i = 0; i < WebSocketDecoder.MAX_FRAGMENTS; i++) {
            frame(out, false, i == 0 ? Opcode.TEXT : Opcode.CONTINUATION, new byte[0]);
            frame(out, true, Opcode.PONG, new byte[0]);
        }
        byte[] frames = drain(out);
        decode(server, frames);
        decode(server, "808000000000");
        assertThat(sink.seen).hasSize(WebSocketDecoder.MAX_FRAGMENTS + 1).endsWith("text ");
        decode(server, frames);
        assertFault(server, "00", WebSocketFault.TOO_MANY_FRAGMENTS, Disconnect.TOO_BIG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8102c080", "8103eda080", "8104f4908080", "8101ff", "8102e282", "0102e28280026161",
            "0101e2000101", "0102f49080"})
    void refusesTextThatIsNotUtf8AsSoonAsItShows(String frames) {
        assertFault(client, frames, WebSocketFault.NOT_UTF8, Disconnect.INVALID_PAYLOAD);
    }

    @Test
    void takesACharacterCutByFragments() throws WebSocketFault {
        decode(client, "0101f000019f000198800180");
        assertThat(sink.seen).containsExactly("text 😀");
    }

    @Test
    void takesAnyBytesInBinaryMessages() throws WebSocketFault {
        decode(client, "8204c080ffed");
        assertThat(sink.seen).containsExactly("binary c080ffed");
    }

    @Test
    void refusesABrokenCloseFrame() {
        assertFault(client, "880103", WebSocketFault.BAD_CLOSE, Disconnect.PROTOCOL_ERROR);
        assertFault(WebSocketDecoder.ofClient(9), "880503e86162ff", WebSocketFault.NOT_UTF8,
                Disconnect.INVALID_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void refusesCloseCodesThatMustNotBeSent(int code) {
        assertFault(client, String.format("8802%04x", code), WebSocketFault.BAD_CLOSE_CODE, Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
            4999})
    void takesCloseCodesThatMayBeSent(int code) throws WebSocketFault {
        decode(client, String.format("8802%04x", code));
        assertThat(sink.seen).containsExactly("close " + code + " ");
    }

    @Test
    void skipsEverythingAfterCloseFaultAndRelease() throws WebSocketFault {
        decode(client, "8800810161");
        decode(client, "c1ff810161");
        assertThat(sink.seen).containsExactly("close 1005 ");
        assertFault(server, "c1ff", WebSocketFault.RESERVED_BITS, Disconnect.PROTOCOL_ERROR);
        decode(server, masked(Opcode.TEXT, "late"));
        WebSocketDecoder released = WebSocketDecoder.ofClient(9);
        decode(released, "010161");
        released.release();
        decode(released, "800161");
        assertThat(sink.seen).hasSize(1);
    }

    @Test
    void stopsWhereTheSinkReleasesIt() throws WebSocketFault {
        WebSocketDecoder closing = WebSocketDecoder.ofClient(100);
        List<String> texts = new ArrayList<>();
        ByteBuf in = buffer(ByteBufUtil.decodeHexDump("01016180016289018101810163"));
        closing.decode(in, new WebSocketDecoder.Sink() {
            @Override
            public void onText(ByteBuf text) {
                texts.add(text.toString(StandardCharsets.UTF_8));
                closing.release();
            }

            @Override
            public void onBinary(ByteBuf bytes) {
                throw new AssertionError("binary");
            }

            @Override
            public void onPing(ByteBuf payload) {
                throw new AssertionError("ping");
            }

            @Override
            public void onPong(ByteBuf payload) {
                throw new AssertionError("pong");
            }

            @Override
            public void onClose(int code, String reason) {
                throw new AssertionError("close");
            }
        });
        assertThat(texts).containsExactly("ab");
        assertThat(in.isReadable()).isFalse();
        in.release();
    }

    @Test
    void throwsNothingButItsOwnFaultOnMutatedStreams() {
        byte[] stream = stream();
        SplittableRandom random = new SplittableRandom(9);
        int faults = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = random.nextInt(10) == 0 ? new byte[1 + random.nextInt(64)] : stream.clone();
            if (mutated.length != stream.length) {
                random.nextBytes(mutated);
            }
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            WebSocketDecoder decoder = WebSocketDecoder.ofServer(500);
            int cut = random.nextInt(mutated.length + 1);
            try {
                decode(decoder, slice(mutated, 0, cut), new RecordingSink());
                decode(decoder, slice(mutated, cut, mutated.length), new RecordingSink());
            } catch (WebSocketFault expected) {
                faults++;
            }
            decoder.release();
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        assertThat(faults).isBetween(1_000, 9_999);
    }

    /** One of everything, 4 fragments and controls among them. */
    private byte[] stream() {
        ByteBuf out = allocator.buffer();
        frame(out, false, Opcode.TEXT, "frag ₿".getBytes(StandardCharsets.UTF_8));
        frame(out, true, Opcode.PING, "p".getBytes(StandardCharsets.UTF_8));
        frame(out, false, Opcode.CONTINUATION, new byte[0]);
        frame(out, false, Opcode.CONTINUATION, new byte[]{(byte) 0xf0, (byte) 0x9f});
        frame(out, true, Opcode.PONG, new byte[0]);
        frame(out, true, Opcode.CONTINUATION, new byte[]{(byte) 0x98, (byte) 0x80});
        frame(out, true, Opcode.TEXT, "y".repeat(200).getBytes(StandardCharsets.UTF_8));
        frame(out, true, Opcode.BINARY, new byte[]{1, 2, (byte) 0xff});
        frame(out, true, Opcode.TEXT, new byte[0]);
        WebSocketEncoder.writeMaskedClose(4400, "bad_request", KEY, out);
        return drain(out);
    }

    private static List<String> streamContent() {
        return List.of("ping p", "pong ", "text frag ₿😀", "text " + "y".repeat(200), "binary 0102ff", "text ",
                "close 4400 bad_request");
    }

    private byte[] randomStream(SplittableRandom random, List<String> expected) {
        ByteBuf out = allocator.buffer();
        for (int messages = 1 + random.nextInt(4); messages > 0; messages--) {
            String text = "aü₿😀b".repeat(random.nextInt(1, 60));
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            int opcode = Opcode.TEXT;
            int from = 0;
            while (from < utf8.length && random.nextInt(4) != 0) {
                int to = from + random.nextInt(utf8.length - from + 1);
                frame(out, false, opcode, slice(utf8, from, to));
                opcode = Opcode.CONTINUATION;
                from = to;
                if (random.nextBoolean()) {
                    frame(out, true, Opcode.PING, new byte[]{'0'});
                    expected.add("ping 0");
                }
            }
            frame(out, true, opcode, slice(utf8, from, utf8.length));
            expected.add("text " + text);
        }
        return drain(out);
    }

    private static void frame(ByteBuf out, boolean fin, int opcode, byte[] payload) {
        int start = out.writerIndex();
        WebSocketEncoder.writeMasked(opcode, payload, KEY, out);
        if (!fin) {
            out.setByte(start, opcode);
        }
    }

    private byte[] masked(int opcode, String text) {
        ByteBuf out = allocator.buffer();
        WebSocketEncoder.writeMasked(opcode, text.getBytes(StandardCharsets.UTF_8), KEY, out);
        return drain(out);
    }

    private static byte[] drain(ByteBuf out) {
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        return bytes;
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Writes down how large the binaries are. */
    private record SizeSink(List<Integer> sizes) implements WebSocketDecoder.Sink {
        @Override
        public void onText(ByteBuf text) {}

        @Override
        public void onBinary(ByteBuf bytes) {
            sizes.add(bytes.readableBytes());
        }

        @Override
        public void onPing(ByteBuf payload) {}

        @Override
        public void onPong(ByteBuf payload) {}

        @Override
        public void onClose(int code, String reason) {}
    }

    private void assertFault(WebSocketDecoder decoder, String hex, WebSocketFault fault, Disconnect disconnect) {
        assertThatThrownBy(() -> decode(decoder, hex)).isSameAs(fault).hasNoCause();
        assertThat(fault.disconnect()).isEqualTo(disconnect);
        assertThat(fault.getStackTrace()).isEmpty();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    private void decode(WebSocketDecoder decoder, String hex) throws WebSocketFault {
        decode(decoder, ByteBufUtil.decodeHexDump(hex), sink);
    }

    private void decode(WebSocketDecoder decoder, byte[] bytes) throws WebSocketFault {
        decode(decoder, bytes, sink);
    }

    private void decode(WebSocketDecoder decoder, byte[] bytes, WebSocketDecoder.Sink seen) throws WebSocketFault {
        ByteBuf in = buffer(bytes);
        try {
            decoder.decode(in, seen);
        } finally {
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
        }
    }

    private ByteBuf buffer(byte[] bytes) {
        return allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }
}
