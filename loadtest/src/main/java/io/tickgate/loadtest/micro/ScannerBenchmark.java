package io.tickgate.loadtest.micro;

import java.util.concurrent.TimeUnit;

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
import org.openjdk.jmh.annotations.Warmup;

import io.tickgate.protocol.message.PayloadScanner;

/** The one look at a payload at ingest. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScannerBenchmark {
    private static final int MAX_DEPTH = 64;

    /** What most of the payload is. */
    public enum Content {
        /** One long string. */
        TEXT,
        /** Arrays of numbers. */
        NUMBERS
    }

    @Param({"200", "1400", "16384"})
    public int payloadBytes;

    @Param
    public Content content;

    private final PayloadScanner scanner = new PayloadScanner(MAX_DEPTH);
    private byte[] payload;

    @Setup
    public void setUp() {
        payload = content == Content.TEXT ? Updates.ticks(payloadBytes)[0] : Updates.levels(payloadBytes);
        if (scan() != PayloadScanner.Outcome.OK || payload.length != payloadBytes) {
            throw new IllegalStateException("the payload is not what it should be");
        }
    }

    @Benchmark
    public PayloadScanner.Outcome scan() {
        return scanner.scan(payload);
    }
}
