package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/**
 * The command {@code bench compression}: what each coding costs the server and saves on the wire, beside the gateway's own
 * uncompressed run of the same round, and beside servers that compress for each connection. All subscribers join one channel.
 */
@Command(name = "compression", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Alternates codings and servers under the probe and prints what each costs and saves.")
final class CompressionBench implements Callable<Integer> {
    private static final double MAX_PER_SECOND = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-n", "--connections"}, split = ",", description = "Connections; a table for each number.")
    private List<Integer> connections = List.of(1_000);

    @Option(names = "--size", split = ",", description = "Payload bytes, 128 or more: 200 is a tick, 1400 a batch of them; a table for each.")
    private List<Integer> payloadBytes = List.of(200);

    @Option(names = "--book", description = "${COMPLETION-CANDIDATES}: what fills a payload, letters that never change (compresses far better than ticks do) or prices and sizes that do.")
    private TickPayload.Book book = TickPayload.Book.MOVING;

    @Option(names = "--deliveries", description = "Deliveries per second to all connections together, by at most 1,000 messages.")
    private double deliveries = 100_000;

    @Option(names = "--peer-deliveries", description = "The same for servers that compress for each connection, which fall behind with more, and for the gateway's rows beside them.")
    private double peerDeliveries = 10_000;

    @Option(names = "--verify-every", description = "Of so many connections one is decoded and checked; of the others messages are counted, also where they are plain.")
    private int verifyEvery = 16;

    @Option(names = "--cases", split = ",", description = "${COMPLETION-CANDIDATES}")
    private Set<CodedCase> cases = EnumSet.allOf(CodedCase.class);

    @Option(names = "--ws-peer", description = "The directory of the server on npm's ws, with its node_modules.")
    private Path wsPeer = Path.of("loadtest", "src", "main", "js", "ws-peer");

    @Option(names = "--idle", description = "Measure the memory of idle connections to the gateway instead.")
    private boolean idle;

    @Mixin
    private RunOptions run;

    private final Map<CodedServer, ServerProcess> running = new EnumMap<>(CodedServer.class);

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.withRedis(idle ? this::measureIdle : this::compare);
    }

    private int measureIdle(URI redis) throws IOException, InterruptedException {
        IdleMemory memory = new IdleMemory(run, wsPeer, redis);
        for (int count : connections) {
            print(memory.toMarkdown(count));
        }
        return 0;
    }

    private int compare(URI redis) throws IOException, InterruptedException {
        boolean faultless = true;
        try {
            start(redis);
            for (int bytes : payloadBytes) {
                for (int count : connections) {
                    faultless &= compare(count, bytes, redis);
                }
            }
        } finally {
            running.values().forEach(ServerProcess::close);
        }
        return faultless ? 0 : 1;
    }

    private void start(URI redis) throws IOException, InterruptedException {
        for (CodedServer server : CodedServer.values()) {
            boolean isWanted = cases.stream().anyMatch(what -> what.server() == server);
            String missing = isWanted ? server.missing(wsPeer) : null;
            if (missing != null) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("SKIPPED " + server + ": " + missing);
                err.flush();
            } else if (isWanted) {
                int port = ServerProcess.freePort();
                running.put(server, ServerProcess.start(server.command(port, redis, run.tickgate, wsPeer), port,
                        run.cpus, run.log));
            }
        }
    }

    private boolean compare(int count, int bytes, URI redis) throws IOException, InterruptedException {
        CodedComparison comparison = new CodedComparison(count, bytes);
        comparison.note(String.format(Locale.ROOT,
                "%,.0f messages per second, %,.0f at the peers' rate: servers that compress for each connection fall behind with more. A delivery costs more at a lower rate, so each row is divided by the plain one of its own rate. Of %d connections one is decoded and checked, plain or not: only these have latencies.",
                perSecond(count, false), perSecond(count, true), verifyEvery));
        comparison.note(
                "Keyframed deflate, gzip and zstd refer to what came before: one compressor for connections with equal subscription sets, as all here have. With sets of their own they get what is independent, or a compressor for each set; br is always independent.");
        comparison.note("Bytes are a delivery's on the wire with its HTTP or WebSocket framing, without TCP and TLS.");
        boolean faultless = true;
        try {
            for (int round = 0; round < run.rounds; round++) {
                for (CodedCase what : cases) {
                    faultless &= measure(what, round, settings(what, count, bytes, round, redis), comparison);
                }
            }
        } finally {
            // Also when a run broke off: what was measured is worth seeing.
            print(comparison.toMarkdown());
        }
        return faultless;
    }

    private boolean measure(CodedCase what, int round, ProbeSettings settings, CodedComparison comparison)
            throws IOException, InterruptedException {
        if (settings == null) {
            comparison.note(what.title() + ": skipped, " + what.server().missing(wsPeer));
            return true;
        }
        ProbeResult result;
        try {
            result = new Probe(settings).run();
        } catch (IOException e) {
            comparison.note(what.title() + ": " + e.getMessage());
            return false;
        }
        comparison.add(what, result);
        run.keep(result);
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, "round %d %s %s: %.2f µs and %.0f bytes per delivery, faults %s, doubts %s%n",
                round + 1,
                what.kind(), what.title(), result.cost().cpuMicrosPerDelivery(), result.deliveries().bytesEach(),
                result.faults().none() ? "none" : result.faults(), result.doubts());
        err.flush();
        return result.faults().none();
    }

    /** Null where the server does not run. */
    private ProbeSettings settings(CodedCase what, int count, int bytes, int round, URI redis) {
        ServerProcess server = running.get(what.server());
        if (server == null) {
            return null;
        }
        SwarmSettings swarm = new SwarmSettings(what.kind(), what.coding(), verifyEvery,
                URI.create("http://127.0.0.1:" + server.port()), null, count,
                List.of(what.server().channelName() + ":0"), 1, true, bytes, 1, 60_000);
        return new ProbeSettings(what.name(), swarm, redis, null, book,
                perSecond(count, what.isAtPeerRate()), 1,
                run.warmupMs(round == 0), run.durationMs(), 1_000, 5_000, server.pid());
    }

    private double perSecond(int count, boolean isAtPeerRate) {
        double all = isAtPeerRate ? Math.min(peerDeliveries, deliveries) : deliveries;
        return Math.clamp(all / count, 1, MAX_PER_SECOND);
    }

    private void print(String markdown) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(markdown);
        out.flush();
    }
}
