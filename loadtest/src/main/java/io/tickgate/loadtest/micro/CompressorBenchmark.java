package io.tickgate.loadtest.micro;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.tickgate.protocol.compress.BlockCompressor;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.message.UpdateEnvelope;

/** One update in its envelope as a compressed block: once per event loop and format, or once per shared stream. GZIP is deflate too. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompressorBenchmark {
    private static final byte[] CHANNEL = "price:BTC-USD".getBytes(StandardCharsets.US_ASCII);
    /** The gateway's presets. */
    private static final int LEVEL = 6;
    private static final int KEYFRAME_BLOCKS = 100;

    /** Blocks that stand alone. */
    @State(Scope.Thread)
    public static class Independent extends Blocks {
        @Param({"GZIP", "ZSTD", "BROTLI"})
        public Coding coding;

        @Param({"200", "1400"})
        public int payloadBytes;

        @Setup
        public void setUp() {
            begin(BlockCompressor.independent(coding, LEVEL), payloadBytes);
        }
    }

    /** Blocks that refer to those before them, with keyframes. */
    @State(Scope.Thread)
    public static class Continuous extends Blocks {
        @Param({"GZIP", "ZSTD"})
        public Coding coding;

        @Param({"200", "1400"})
        public int payloadBytes;

        @Setup
        public void setUp() {
            begin(BlockCompressor.continuous(coding, LEVEL), payloadBytes);
        }
    }

    /** A compressor and what goes through it. */
    abstract static class Blocks {
        private BlockCompressor compressor;
        private byte[][] ticks;
        private int next;

        void begin(BlockCompressor made, int tickBytes) {
            compressor = made;
            ticks = Updates.ticks(tickBytes);
        }

        ByteBuf compress() {
            int number = next++;
            UpdateEnvelope.encode(CHANNEL, number, ticks[number & (ticks.length - 1)], compressor.begin());
            return compressor.end();
        }

        ByteBuf compressInStream() {
            if (next % KEYFRAME_BLOCKS == 0) {
                compressor.restart();
            }
            return compress();
        }

        @TearDown
        public void tearDown() {
            compressor.close();
        }
    }

    @Benchmark
    public ByteBuf independent(Independent blocks) {
        return blocks.compress();
    }

    @Benchmark
    public ByteBuf continuous(Continuous blocks) {
        return blocks.compressInStream();
    }
}
