package io.tickgate.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BlockCompressorTest {
    private static final int LEVEL = 6;

    private final SplittableRandom random = new SplittableRandom(4);

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
    void independentBlocksMakeAStreamInAnyChoiceAndOrder(Coding coding) throws IOException {
        List<byte[]> contents = ticks(200);
        List<byte[]> blocks = new ArrayList<>();
        try (BlockCompressor compressor = BlockCompressor.independent(coding, LEVEL)) {
            for (byte[] content : contents) {
                blocks.add(block(compressor, content));
            }
        }
        for (int round = 0; round < 50; round++) {
            Stream stream = new Stream(coding);
            for (int i = random.nextInt(60); i > 0; i--) {
                int at = random.nextInt(contents.size());
                stream.add(contents.get(at), blocks.get(at));
            }
            stream.assertDecodes();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = {"GZIP", "ZSTD"})
    void whoJoinsAtARestartDecodesWhatFollows(Coding coding) throws IOException {
        List<byte[]> contents = ticks(400);
        List<byte[]> blocks = new ArrayList<>();
        List<byte[]> own = new ArrayList<>();
        try (BlockCompressor shared = BlockCompressor.continuous(coding, LEVEL);
                BlockCompressor alone = BlockCompressor.independent(coding, LEVEL)) {
            for (int i = 0; i < contents.size(); i++) {
                if (i % 40 == 0) {
                    shared.restart();
                }
                blocks.add(block(shared, contents.get(i)));
                own.add(block(alone, contents.get(i)));
            }
        }
        assertThat(total(blocks)).isLessThan(total(own) * 2 / 3);
        for (int join = 0; join < contents.size(); join += 40) {
            Stream stream = new Stream(coding);
            for (int i = Math.max(0, join - 7); i < join; i++) {
                stream.add(contents.get(i), own.get(i));
            }
            for (int i = join; i < contents.size() - 3; i++) {
                if (i > join && i % 40 == 0) {
                    stream.breakOff();
                }
                stream.add(contents.get(i), blocks.get(i));
            }
            stream.breakOff();
            for (int i = contents.size() - 3; i < contents.size(); i++) {
                stream.add(contents.get(i), own.get(i));
            }
            stream.assertDecodes();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Coding.class, names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
    void largeAndIncompressibleContentFits(Coding coding) throws IOException {
        byte[] noise = new byte[300_000];
        new java.util.Random(1).nextBytes(noise);
        try (BlockCompressor compressor = BlockCompressor.independent(coding, LEVEL)) {
            Stream stream = new Stream(coding);
            stream.add(noise, block(compressor, noise));
            stream.add(new byte[0], block(compressor, new byte[0]));
            stream.add(noise, block(compressor, noise));
            stream.assertDecodes();
        }
    }

    @Test
    void sumsArePutTogetherFromParts() {
        byte[] whole = new byte[10_000];
        new java.util.Random(2).nextBytes(whole);
        for (int round = 0; round < 100; round++) {
            int cut = random.nextInt(whole.length + 1);
            ContentSum all = sum(whole, 0, whole.length);
            ContentSum put = new ContentSum();
            put.set(sum(whole, 0, cut), sum(whole, cut, whole.length - cut));
            assertThat(put.crc()).isEqualTo(all.crc());
            assertThat(put.bytes()).isEqualTo(all.bytes());
            ContentSum rest = new ContentSum();
            rest.setRest(all, sum(whole, 0, cut));
            assertThat(rest.crc()).isEqualTo(sum(whole, cut, whole.length - cut).crc());
        }
    }

    private static ContentSum sum(byte[] bytes, int from, int length) {
        ContentSum sum = new ContentSum();
        sum.set(Unpooled.wrappedBuffer(bytes, from, length));
        return sum;
    }

    private static byte[] block(BlockCompressor compressor, byte[] content) {
        compressor.begin().writeBytes(content);
        ByteBuf block = compressor.end();
        byte[] bytes = new byte[block.readableBytes()];
        block.getBytes(block.readerIndex(), bytes);
        return bytes;
    }

    private static long total(List<byte[]> blocks) {
        return blocks.stream().mapToLong(block -> block.length).sum();
    }

    private List<byte[]> ticks(int count) {
        List<byte[]> ticks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String symbol = List.of("BTC-USD", "ETH-USD", "SOL-USD").get(random.nextInt(3));
            ticks.add(("data: {\"channel\":\"price:" + symbol + "\",\"seq\":" + i + ",\"data\":{\"price\":"
                    + random.nextInt(1_000_000) + ",\"bid\":" + random.nextInt(1_000_000) + ",\"volume\":"
                    + random.nextInt(1_000) + "}}\n\n").getBytes(StandardCharsets.UTF_8));
        }
        return ticks;
    }

    /** What one client gets, and what it is to decode it to. */
    private static final class Stream {
        private final Coding coding;
        private final ByteBuf bytes = Unpooled.buffer();
        private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        private final ContentSum sum = new ContentSum();

        Stream(Coding coding) {
            this.coding = coding;
            sum.clear();
            CodedStream.writeHeader(coding, bytes);
        }

        void add(byte[] content, byte[] block) {
            bytes.writeBytes(block);
            expected.writeBytes(content);
            sum.append(sum(content, 0, content.length));
        }

        void breakOff() {
            CodedStream.writeBreak(coding, bytes);
        }

        void assertDecodes() throws IOException {
            CodedStream.writeEnd(coding, sum, bytes);
            InputStream raw = new ByteArrayInputStream(bytes.array(), 0, bytes.readableBytes());
            try (InputStream decoded = switch (coding) {
                case GZIP -> new GZIPInputStream(raw);
                case ZSTD -> new ZstdInputStream(raw);
                case BROTLI -> brotli(raw);
                case IDENTITY -> raw;
            }) {
                assertThat(decoded.readAllBytes()).isEqualTo(expected.toByteArray());
            }
        }

        private static InputStream brotli(InputStream raw) throws IOException {
            assertThat(Coding.BROTLI.isAvailable()).isTrue();
            return new BrotliInputStream(raw);
        }
    }

    static {
        assertThat(Coding.BROTLI.isAvailable()).isTrue();
    }
}
