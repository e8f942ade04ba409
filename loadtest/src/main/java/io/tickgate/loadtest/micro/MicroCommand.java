package io.tickgate.loadtest.micro;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.bench.MarkdownTable;

/** The command {@code micro}: JMH's own report, then one line per benchmark with its time and what it allocates. */
@Command(name = "micro", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Measures by JMH what the gateway does for each update, and what that allocates.")
public final class MicroCommand implements Callable<Integer> {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    /** What the gateway runs with, as far as it matters here; a heap of one size, so that its growth is not measured. */
    private static final String[] JVM_OPTIONS = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"};

    @Spec
    private CommandSpec spec;

    @Option(names = "--include", paramLabel = "REGEX", description = "Which benchmarks, by a part of their names.")
    private String include = ".*";

    @Option(names = "--quick", description = "One iteration of 200 ms: what is allocated, but hardly how long it takes.")
    private boolean quick;

    @Override
    public Integer call() throws RunnerException {
        ChainedOptionsBuilder options = options(include);
        if (quick) {
            brief(options, 200);
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.print(table(results));
        out.flush();
        return 0;
    }

    static ChainedOptionsBuilder options(String regex) {
        return new OptionsBuilder().include(regex).addProfiler(GCProfiler.class).jvmArgs(JVM_OPTIONS);
    }

    static ChainedOptionsBuilder brief(ChainedOptionsBuilder options, int iterationMs) {
        TimeValue time = TimeValue.milliseconds(iterationMs);
        return options.warmupIterations(1).warmupTime(time).measurementIterations(1).measurementTime(time);
    }

    /** Bytes of the heap allocated per operation. */
    static double allocatedBytes(RunResult result) {
        return result.getSecondaryResults().get(ALLOCATED).getScore();
    }

    private static MarkdownTable table(Collection<RunResult> results) {
        MarkdownTable table = new MarkdownTable("benchmark", "parameters", "ns/op", "±", "B/op");
        for (RunResult result : results) {
            Result<?> time = result.getPrimaryResult();
            table.add(name(result.getParams()), parameters(result.getParams()), figure(time.getScore()),
                    // Of a single iteration nobody knows.
                    Double.isNaN(time.getScoreError()) ? "" : figure(time.getScoreError()),
                    figure(allocatedBytes(result)));
        }
        return table;
    }

    private static String name(BenchmarkParams params) {
        String[] parts = params.getBenchmark().split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    private static String parameters(BenchmarkParams params) {
        return params.getParamsKeys().stream().map(key -> key + "=" + params.getParam(key))
                .collect(Collectors.joining(" "));
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }
}
