package io.tickgate.loadtest.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks run, and say so if they did not measure what they claim to. How long anything takes is not asserted. */
final class MicroBenchmarkTest {
    private static final int ITERATION_MS = 50;
    private static final int WARM_ITERATIONS = 100;
    /** No object has fewer bytes, so that one for each delivery would show. */
    private static final double LEAST_OBJECT_BYTES = 16;

    static {
        // Another build may run its own at the same time.
        System.setProperty("jmh.ignoreLock", "true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EncoderBenchmark", "ScannerBenchmark", "RoomBenchmark.burst", "ConflationBenchmark",
            "CompressorBenchmark"})
    void benchmarksRun(String benchmarks) throws RunnerException {
        assertThat(run(brief(benchmarks).forks(0).param("payloadBytes", "200").param("coding", "GZIP")))
                .isNotEmpty();
    }

    @Test
    void nothingIsAllocatedForEachDelivery() throws RunnerException {
        // What the interpreter still allocates the compiler takes away, on a slow machine only after a while.
        Collection<RunResult> results = run(
                brief("RoomBenchmark.oneChannel").forks(1).warmupIterations(WARM_ITERATIONS));
        assertThat(results).singleElement()
                .satisfies(result -> assertThat(MicroCommand.allocatedBytes(result)).isLessThan(LEAST_OBJECT_BYTES));
    }

    private static ChainedOptionsBuilder brief(String benchmarks) {
        return MicroCommand.brief(MicroCommand.options(benchmarks), ITERATION_MS);
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.verbosity(VerboseMode.SILENT).shouldFailOnError(true).build()).run();
    }
}
