package io.tickgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import io.tickgate.loadtest.bench.TestRedis;

/** The rate is raised as long as a server follows, and the most is told. */
final class SustainedBenchTest {
    @TempDir
    private Path directory;

    private final StringWriter table = new StringWriter();
    private final StringWriter steps = new StringWriter();

    private int run(String... more) throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            CommandLine command = LoadtestCommand.commandLine().setOut(new PrintWriter(table))
                    .setErr(new PrintWriter(steps));
            List<String> arguments = new ArrayList<>(List.of("bench", "sustained", "--servers", "RAW_LOOP", "--redis",
                    redis.uri().toString(), "--log", directory.resolve("log").toString(), "-n", "4",
                    "--first-warmup", "200ms", "--warmup", "100ms"));
            arguments.addAll(List.of(more));
            return command.execute(arguments.toArray(String[]::new));
        }
    }

    @Test
    void tellsTheMostThatAServerFollowed() throws Exception {
        assertThat(run("--rate", "40", "--factor", "2", "--most", "100", "--duration", "1s")).isZero();
        assertThat(steps.toString()).contains("raw-loop at 40/s: ", "raw-loop at 80/s: ").doesNotContain("at 160/s");
        assertThat(table.toString()).contains("| ws ", "| raw-loop ").doesNotContain("none");
    }

    @Test
    void saysSoWhereAServerFollowsNoRate() throws Exception {
        assertThat(run("--rate", "100000", "--most", "100000", "--duration", "200ms")).isZero();
        assertThat(steps.toString().lines()).hasSize(2);
        assertThat(table.toString()).contains(" none |");
    }
}
