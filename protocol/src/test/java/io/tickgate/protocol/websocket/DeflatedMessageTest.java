package io.tickgate.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.message.Disconnect;

/** What clients send that have agreed to permessage-deflate (RFC 7692) and keep no window between messages. */
class DeflatedMessageTest {
    private static final int MAX_MESSAGE_BYTES = 70_000;
    private static final int KEY = 0x37fa213d;
    private static final int RSV1 = 0x40;
    private static final int FIN = 0x80;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final RecordingSink sink = new RecordingSink();
    private final MessageInflater inflater = new MessageInflater();
    private final WebSocketDecoder server = server(MAX_MESSAGE_BYTES);

    private WebSocketDecoder server(int maxMessageBytes) {
        return WebSocketDecoder.ofServer(maxMessageBytes, PermessageDeflate.agree(List.of("permessage-deflate")),
                inflater);
    }

    @AfterEach
    void nothingLeaks() {
        server.release();
        inflater.close();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** §7.2.3.1, 7.2.3.3 to 7.2.3.6: one block, no compression, BFINAL set, two blocks, nothing; and nothing with BFINAL. */
    @ParameterizedTest
    @CsvSource({"f248cdc9c90700,Hello", "000500faff48656c6c6f00,Hello", "f348cdc9c9070000,Hello",
            "f248050000 00ffffcac9c90700,Hello", "00,''", "01,''"})
    void readsTheVectorsOfRfc7692(String hex, String text) throws WebSocketFault {
        byte[] payload = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, payload));
        assertThat(sink.seen).containsExactly("text " + text);
    }

    /** §7.2.3.1: the message "Hello" in two frames. */
    @Test
    void readsTheFragmentedVectorOfRfc7692() throws WebSocketFault {
        decode(server, frame(RSV1 | Opcode.TEXT, ByteBufUtil.decodeHexDump("f248cd")));
        assertThat(sink.seen).isEmpty();
        decode(server, frame(FIN | Opcode.CONTINUATION, ByteBufUtil.decodeHexDump("c9c90700")));
        assertThat(sink.seen).containsExactly("text Hello");
    }

    /** §7.2.3.2: the second message of a client that goes on in its first one's window, which was not agreed. */
    @Test
    void keepsNoWindow() throws WebSocketFault {
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, ByteBufUtil.decodeHexDump("f248cdc9c90700")));
        assertFault(server, frame(FIN | RSV1 | Opcode.TEXT, ByteBufUtil.decodeHexDump("f200110000")),
                WebSocketFault.NOT_DEFLATE, Disconnect.INVALID_PAYLOAD);
    }

    @Test
    void readsWhatAnyDeflaterMakes() throws WebSocketFault {
        SplittableRandom random = new SplittableRandom(1);
        byte[] noise = new byte[30_000];
        random.nextBytes(noise);
        String noisy = new String(noise, StandardCharsets.ISO_8859_1);
        for (String text : List.of("", "a", "{\"op\":\"ping\"}", "häl₿😀", "x".repeat(69_000), noisy)) {
            for (int level : new int[]{0, 1, 6, 9}) {
                for (int strategy : new int[]{Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY}) {
                    byte[] payload = deflate(utf8(text), level, strategy, 1 + random.nextInt(4));
                    decode(server, frame(FIN | RSV1 | Opcode.TEXT, payload));
                    assertThat(sink.seen).containsExactly("text " + text);
                    sink.seen.clear();
                }
            }
        }
    }

    @Test
    void readsBinariesAndPlainMessagesInBetween() throws WebSocketFault {
        decode(server, frame(FIN | Opcode.TEXT, utf8("plain")));
        decode(server, frame(FIN | RSV1 | Opcode.BINARY, deflate(new byte[]{(byte) 0xff, 0, 1})));
        decode(server, frame(FIN | Opcode.BINARY, new byte[]{2}));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, deflate(utf8("deflated"))));
        assertThat(sink.seen).containsExactly("text plain", "binary ff0001", "binary 02", "text deflated");
    }

    @Test
    void readsSeveralFinalBlocks() throws WebSocketFault {
        byte[] payload = concat(finished(utf8("one ")), finished(utf8("two ")), deflate(utf8("three")));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, payload));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, concat(finished(utf8("four")), new byte[1])));
        assertThat(sink.seen).containsExactly("text one two three", "text four");
    }

    @Test
    void boundsTheFinalBlocks() throws WebSocketFault {
        byte[][] blocks = new byte[MessageInflater.MAX_FINAL_BLOCKS + 1][];
        Arrays.fill(blocks, finished(new byte[0]));
        blocks[blocks.length - 1] = deflate(utf8("end"));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, concat(blocks)));
        assertThat(sink.seen).containsExactly("text end");
        assertFault(server, frame(FIN | RSV1 | Opcode.TEXT, concat(finished(new byte[0]), concat(blocks))),
                WebSocketFault.NOT_DEFLATE, Disconnect.INVALID_PAYLOAD);
    }

    /** Both are short of the byte 0 that §7.2.3.4 and §7.2.3.6 have, and can't mean anything else. */
    @Test
    void readsAMessageThatEndsWithAFinalBlockOrHasNone() throws WebSocketFault {
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, finished(utf8("final"))));
        decode(server, frame(FIN | RSV1 | Opcode.TEXT, new byte[0]));
        assertThat(sink.seen).containsExactly("text final", "text ");
    }

    @Test
    void readsAStreamCutAtAnyByte() throws WebSocketFault {
        byte[] stream = stream();
        for (int cut = 0; cut <= stream.length; cut++) {
            WebSocketDecoder decoder = server(MAX_MESSAGE_BYTES);
            RecordingSink seen = new RecordingSink();
            decode(decoder, Arrays.copyOfRange(stream, 0, cut), seen);
            decode(decoder, Arrays.copyOfRange(stream, cut, stream.length), seen);
            assertThat(seen.seen).isEqualTo(streamContent());
        }
    }

    @Test
    void readsStreamsOfSeveralConnectionsByteByByte() throws WebSocketFault {
        byte[] stream = stream();
        WebSocketDecoder other = server(MAX_MESSAGE_BYTES);
        RecordingSink otherSink = new RecordingSink();
        for (byte octet : stream) {
            decode(server, new byte[]{octet}, sink);
            decode(other, new byte[]{octet}, otherSink);
        }
        assertThat(sink.seen).isEqualTo(streamContent());
        assertThat(otherSink.seen).isEqualTo(streamContent());
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void readsDirectBuffers() throws WebSocketFault {
        for (int cut : new int[]{0, 5}) {
            byte[] stream = stream();
            ByteBuf first = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(stream, 0, cut);
            ByteBuf second = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(stream, cut, stream.length - cut);
            RecordingSink seen = new RecordingSink();
            WebSocketDecoder decoder = server(MAX_MESSAGE_BYTES);
            decoder.decode(first, seen);
            decoder.decode(second, seen);
            assertThat(seen.seen).isEqualTo(streamContent());
            first.release();
            second.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a1", "91", "b1", "d1", "e1", "f1", "92", "c9", "ca", "c8", "99", "c0", "40", "c3", "cb"})
    void refusesOtherReservedBits(String first) {
        assertFault(server, ByteBufUtil.decodeHexDump(first), WebSocketFault.RESERVED_BITS,
                Disconnect.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {RSV1 | Opcode.CONTINUATION, FIN | RSV1 | Opcode.CONTINUATION, FIN | RSV1 | Opcode.PING,
            FIN | RSV1 | Opcode.PONG, FIN | RSV1 | Opcode.CLOSE})
    void refusesRsv1InsideAMessage(int first) throws WebSocketFault {
        decode(server, frame(RSV1 | Opcode.TEXT, new byte[]{(byte) 0xf2}));
        assertFault(server, new byte[]{(byte) first}, WebSocketFault.RESERVED_BITS, Disconnect.PROTOCOL_ERROR);
    }

    @Test
    void refusesAMessageInsideAFragmentedOne() throws WebSocketFault {
        decode(server, frame(RSV1 | Opcode.TEXT, new byte[]{(byte) 0xf2}));
        assertFault(server, new byte[]{(byte) (FIN | RSV1 | Opcode.TEXT)}, WebSocketFault.INTERLEAVED,
                Disconnect.PROTOCOL_ERROR);
    }

    @Test
    void takesAMessageOfTheLimitAndNoLargerOne() throws WebSocketFault {
        for (int limit : new int[]{10, 255, 256, 257, 1_000, 65_536}) {
            decode(server(limit), frame(FIN | RSV1 | Opcode.TEXT, deflate(new byte[limit])));
            assertThat(sink.seen).containsExactly("text " + "\0".repeat(limit));
            sink.seen.clear();
            assertFault(server(limit), frame(FIN | RSV1 | Opcode.TEXT, deflate(new byte[limit + 1])),
                    WebSocketFault.TOO_BIG,
                    Disconnect.TOO_BIG);
        }
    }

    @Test
    void boundsTheDeflatedBytesToo() {
        byte[] payload = new byte[MAX_MESSAGE_BYTES];
        byte[] tooBig = frame(FIN | RSV1 | Opcode.BINARY, payload);
        tooBig[9]++;
        assertFault(server, Arrays.copyOf(tooBig, 14), WebSocketFault.TOO_BIG, Disconnect.TOO_BIG);
    }

    /** A GiB of zeros, in 1 MiB of a message that may have so many bytes. */
    @Test
    void refusesABombWithinTheLimit() {
        byte[] zeros = deflate(new byte[1 << 20]);
        byte[] mebibyte = concat(zeros, new byte[]{0, 0, (byte) 0xff, (byte) 0xff});
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        for (int i = 1; i < 1 << 10; i++) {
            bomb.writeBytes(mebibyte);
        }
        bomb.writeBytes(zeros);
        int limit = bomb.size();
        assertThat(limit).isLessThan(2 << 20);
        CountingAllocator counting = new CountingAllocator();
        ByteBuf in = counting.buffer().writeBytes(frame(FIN | RSV1 | Opcode.BINARY, bomb.toByteArray()));
        int before = counting.usedBytes;
        counting.mostBytes = 0;
        assertThatThrownBy(() -> server(limit).decode(in, sink)).isSameAs(WebSocketFault.TOO_BIG);
        assertThat(sink.seen).isEmpty();
        // A buffer that grows is copied.
        assertThat(counting.mostBytes - before).isBetween(limit, 2 * limit);
        assertThat(counting.usedBytes).isEqualTo(before);
        in.release();
    }

    /** Knows the most that was used at once. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {
        private int usedBytes;
        private int mostBytes;

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity) {
                @Override
                protected byte[] allocateArray(int bytes) {
                    usedBytes += bytes;
                    mostBytes = Math.max(mostBytes, usedBytes);
                    return super.allocateArray(bytes);
                }

                @Override
                protected void freeArray(byte[] array) {
                    usedBytes -= array.length;
                    super.freeArray(array);
                }
            };
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return newHeapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    @Test
    void checksTheTextInside() throws WebSocketFault {
        byte[] broken = deflate(new byte[]{'a', (byte) 0xe2, (byte) 0x82});
        decode(server, frame(FIN | RSV1 | Opcode.BINARY, broken));
        assertThat(sink.seen).containsExactly("binary 61e282");
        assertFault(server, frame(FIN | RSV1 | Opcode.TEXT, broken), WebSocketFault.NOT_UTF8,
                Disconnect.INVALID_PAYLOAD);
    }

    /** A reserved block type, lengths that contradict each other, a distance beyond the start, garbage behind the end. */
    @ParameterizedTest
    @ValueSource(strings = {"07", "06", "000500000048656c6c6f00", "f2001100", "f348cdc9c90700ff", "ffffffffff",
            "000500faff4865", "000a00f5ff48", "00c80037ff48", "f248cdc9c907000001"})
    void refusesWhatIsNotDeflated(String hex) {
        assertFault(server, frame(FIN | RSV1 | Opcode.TEXT, ByteBufUtil.decodeHexDump(hex)),
                WebSocketFault.NOT_DEFLATE, Disconnect.INVALID_PAYLOAD);
    }

    @Test
    void refusesAMessageThatIsCutShort() throws WebSocketFault {
        byte[] whole = deflate(utf8("{\"op\":\"subscribe\",\"channels\":[\"price:EURUSD\",\"price:USDJPY\"]}"));
        for (int length = 1; length < whole.length; length++) {
            assertFault(server(MAX_MESSAGE_BYTES),
                    frame(FIN | RSV1 | Opcode.BINARY, Arrays.copyOf(whole, length)), WebSocketFault.NOT_DEFLATE,
                    Disconnect.INVALID_PAYLOAD);
        }
    }

    @Test
    void goesOnForOthersAfterOneBrokeIt() throws WebSocketFault {
        WebSocketDecoder broken = server(MAX_MESSAGE_BYTES);
        WebSocketDecoder bomber = server(10);
        for (int i = 0; i < 3; i++) {
            decode(server, frame(RSV1 | Opcode.TEXT, ByteBufUtil.decodeHexDump("f248cd")));
            if (i == 0) {
                assertFault(broken, frame(FIN | RSV1 | Opcode.TEXT, new byte[]{6, 6, 6}), WebSocketFault.NOT_DEFLATE,
                        Disconnect.INVALID_PAYLOAD, 256);
                assertFault(bomber, frame(FIN | RSV1 | Opcode.TEXT, deflate(new byte[11])), WebSocketFault.TOO_BIG,
                        Disconnect.TOO_BIG, 256);
            }
            decode(server, frame(FIN | Opcode.CONTINUATION, ByteBufUtil.decodeHexDump("c9c90700")));
        }
        assertThat(sink.seen).containsExactly("text Hello", "text Hello", "text Hello");
    }

    @Test
    void beginsAnewAfterItsClose() throws WebSocketFault {
        for (int i = 0; i < 2; i++) {
            decode(server, frame(FIN | RSV1 | Opcode.TEXT, deflate(utf8("again"))));
            inflater.close();
            inflater.close();
        }
        assertThat(sink.seen).containsExactly("text again", "text again");
    }

    @Test
    void throwsNothingButItsOwnFaultOnBrokenData() {
        SplittableRandom random = new SplittableRandom(7692);
        byte[] stream = stream();
        int faults = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] broken;
            if (random.nextInt(3) == 0) {
                byte[] noise = new byte[random.nextInt(80)];
                random.nextBytes(noise);
                broken = frame(FIN | RSV1 | (random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY), noise);
            } else {
                broken = stream.clone();
                for (int edits = random.nextInt(4); edits >= 0; edits--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
            }
            WebSocketDecoder decoder = server(500);
            int cut = random.nextInt(broken.length + 1);
            LimitedSink limited = new LimitedSink(500);
            try {
                decode(decoder, Arrays.copyOfRange(broken, 0, cut), limited);
                decode(decoder, Arrays.copyOfRange(broken, cut, broken.length), limited);
            } catch (WebSocketFault expected) {
                faults++;
            }
            decoder.release();
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        assertThat(faults).isBetween(10_000, 29_999);
    }

    /** One of everything. */
    private static byte[] stream() {
        byte[] text = deflate(utf8("frag ₿😀 " + "ab".repeat(100)));
        byte[] close = {(byte) 0x03, (byte) 0xe8};
        return concat(frame(RSV1 | Opcode.TEXT, Arrays.copyOfRange(text, 0, 3)), frame(FIN | Opcode.PING, utf8("p")),
                frame(Opcode.CONTINUATION, new byte[0]),
                frame(Opcode.CONTINUATION, Arrays.copyOfRange(text, 3, text.length - 1)),
                frame(FIN | Opcode.PONG, new byte[0]),
                frame(FIN | Opcode.CONTINUATION, Arrays.copyOfRange(text, text.length - 1, text.length)),
                frame(FIN | RSV1 | Opcode.TEXT, deflate(utf8("y".repeat(300)))),
                frame(FIN | Opcode.TEXT, utf8("plain")),
                frame(FIN | RSV1 | Opcode.BINARY, deflate(new byte[]{1, (byte) 0xff})),
                frame(FIN | RSV1 | Opcode.TEXT, deflate(new byte[0])), frame(RSV1 | Opcode.TEXT, new byte[0]),
                frame(FIN | Opcode.CONTINUATION, deflate(utf8("late"))), frame(FIN | Opcode.CLOSE, close));
    }

    private static List<String> streamContent() {
        return List.of("ping p", "pong ", "text frag ₿😀 " + "ab".repeat(100), "text " + "y".repeat(300), "text plain",
                "binary 01ff", "text ", "text late", "close 1000 ");
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer();
        WebSocketEncoder.writeMasked(Opcode.BINARY, payload, KEY, out);
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        bytes[0] = (byte) first;
        return bytes;
    }

    /** As §7.2.1 says: flushed, without the last 4 bytes. */
    private static byte[] deflate(byte[] bytes) {
        return deflate(bytes, 6, Deflater.DEFAULT_STRATEGY, 1);
    }

    private static byte[] deflate(byte[] bytes, int level, int strategy, int flushes) {
        Deflater deflater = new Deflater(level, true);
        deflater.setStrategy(strategy);
        byte[] out = new byte[2 * bytes.length + 1_000];
        // Sets the strategy and does nothing else.
        int length = deflater.deflate(out, 0, out.length, Deflater.NO_FLUSH);
        for (int i = 0; i < flushes; i++) {
            int from = bytes.length * i / flushes;
            deflater.setInput(bytes, from, bytes.length * (i + 1) / flushes - from);
            int more;
            do {
                more = deflater.deflate(out, length, out.length - length, Deflater.SYNC_FLUSH);
                length += more;
            } while (more > 0);
        }
        deflater.end();
        // zlib flushes nothing at all if there's nothing.
        return length == 0 ? new byte[1] : Arrays.copyOf(out, length - 4);
    }

    /** Ends in a block with BFINAL set. */
    private static byte[] finished(byte[] bytes) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] out = new byte[2 * bytes.length + 100];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void assertFault(WebSocketDecoder decoder, byte[] bytes, WebSocketFault fault, Disconnect disconnect) {
        assertFault(decoder, bytes, fault, disconnect, 0);
    }

    private void assertFault(WebSocketDecoder decoder, byte[] bytes, WebSocketFault fault, Disconnect disconnect,
            long usedByOthers) {
        assertThatThrownBy(() -> decode(decoder, bytes)).isSameAs(fault).hasNoCause();
        assertThat(fault.disconnect()).isEqualTo(disconnect);
        assertThat(fault.getStackTrace()).isEmpty();
        assertThat(allocator.metric().usedHeapMemory()).isEqualTo(usedByOthers);
    }

    private void decode(WebSocketDecoder decoder, byte[] bytes) throws WebSocketFault {
        decode(decoder, bytes, sink);
    }

    private void decode(WebSocketDecoder decoder, byte[] bytes, WebSocketDecoder.Sink seen) throws WebSocketFault {
        ByteBuf in = allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
        try {
            decoder.decode(in, seen);
        } finally {
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
        }
    }

    /** Sees that no message is larger than it may be. */
    private static final class LimitedSink implements WebSocketDecoder.Sink {
        private final int maxBytes;

        LimitedSink(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public void onText(ByteBuf text) {
            assertThat(text.readableBytes()).isLessThanOrEqualTo(maxBytes);
        }

        @Override
        public void onBinary(ByteBuf bytes) {
            onText(bytes);
        }

        @Override
        public void onPing(ByteBuf payload) {}

        @Override
        public void onPong(ByteBuf payload) {}

        @Override
        public void onClose(int code, String reason) {}
    }
}
