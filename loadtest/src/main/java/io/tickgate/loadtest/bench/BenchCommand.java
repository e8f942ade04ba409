package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.probe.LoadOptions;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.swarm.Kind;

/**
 * The command {@code bench}: starts Redis and the servers, lets them take turns under the probe, prints the table of BENCHMARKS.md. One
 * absolute figure of a shared machine says little, hence the alternation and the ratio within a round.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Alternates servers under the probe (A B A B …) and prints medians beside the raw loop's.", subcommands = {
        CompressionBench.class, SustainedBench.class})
public final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--servers", split = ",", description = "${COMPLETION-CANDIDATES}.")
    private List<Contestant> servers = List.of(Contestant.RAW_LOOP, Contestant.TICKGATE, Contestant.PLAIN_NETTY,
            Contestant.NETTY_SOCKETIO);

    @Option(names = "--kinds", split = ",", description = "${COMPLETION-CANDIDATES}: WebSocket, event streams over HTTP/1.1, Socket.IO, event streams over HTTP/2.")
    private List<Kind> kinds = List.of(Kind.values());

    @Option(names = "--plots", description = "Folder that receives pictures of latencies and CPU, as SVG.")
    private Path plots;

    @Mixin
    private LoadOptions load;

    @Mixin
    private RunOptions run;

    private final Map<Contestant, ServerProcess> running = new EnumMap<>(Contestant.class);
    private final Comparison comparison = new Comparison();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.withRedis(this::compare);
    }

    private int compare(URI redisUri) throws IOException, InterruptedException {
        boolean faultless = true;
        try {
            for (Contestant contestant : servers) {
                int port = ServerProcess.freePort();
                running.put(contestant,
                        ServerProcess.start(contestant.command(port, redisUri, run.tickgate), port, run.cpus, run.log));
            }
            for (Kind kind : kinds) {
                for (int round = 0; round < run.rounds; round++) {
                    faultless &= round(kind, round, redisUri);
                }
            }
        } finally {
            for (ServerProcess server : running.values()) {
                server.close();
            }
            // Also when a run broke off: what was measured is worth seeing.
            PrintWriter out = spec.commandLine().getOut();
            out.print(comparison.toMarkdown());
            out.flush();
            if (plots != null) {
                comparison.draw(plots);
            }
        }
        return faultless ? 0 : 1;
    }

    private boolean round(Kind kind, int round, URI redisUri) throws IOException, InterruptedException {
        boolean faultless = true;
        for (Contestant contestant : servers) {
            if (contestant.speaks(kind)) {
                ProbeResult result = run.probe(contestant, running.get(contestant), kind, load, load.perSecond(),
                        round == 0, redisUri);
                comparison.add(contestant, result);
                report(contestant, kind, round, result);
                faultless &= result.faults().none();
            }
        }
        return faultless;
    }

    private void report(Contestant contestant, Kind kind, int round, ProbeResult result) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, "round %d %s %s: %.2f µs per delivery, p99 %.0f µs, faults %s, doubts %s%n", round + 1,
                kind, contestant.title(), result.cost().cpuMicrosPerDelivery(), result.latencyMicros().p99(),
                result.faults().none() ? "none" : result.faults(), result.doubts());
        err.flush();
    }
}
