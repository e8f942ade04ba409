package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.probe.LoadOptions;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.swarm.Kind;

/** The command {@code bench sustained}: raises the rate step by step, for one server after the other, until deliveries no longer follow. */
@Command(name = "sustained", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Raises the rate from --rate on until a server no longer follows; prints the most that it did.")
final class SustainedBench implements Callable<Integer> {
    /** Of what was due, for a server to have followed. */
    private static final double FOLLOWS = 0.98;
    /** Who delivers more than this of what was due had fallen behind before. */
    private static final double CATCHES_UP = 1.05;
    /** A step may fall into the work of a JIT compiler. */
    private static final int TRIES = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = "--servers", split = ",", description = "${COMPLETION-CANDIDATES}.")
    private List<Contestant> servers = List.of(Contestant.RAW_LOOP, Contestant.TICKGATE, Contestant.PLAIN_NETTY);

    @Option(names = "--kind", description = "${COMPLETION-CANDIDATES}; servers that don't speak it are left out.")
    private Kind kind = Kind.WS;

    @Option(names = "--factor", description = "Each step's rate over that of the one before, above 1.")
    private double factor = 1.3;

    @Option(names = "--most", description = "Messages per second over all channels at which it ends at the latest.")
    private double mostPerSecond = 1e6;

    @Option(names = "--p99-limit", description = "Milliseconds: the most is told with a p99 of at most so much, too.")
    private double p99LimitMs = 50;

    @Mixin
    private LoadOptions load;

    @Mixin
    private RunOptions run;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.withRedis(this::measure);
    }

    private int measure(URI redis) throws IOException, InterruptedException {
        MarkdownTable table = new MarkdownTable("kind", "server", "deliveries/s", "p99 µs", "CPU µs per delivery",
                String.format(Locale.ROOT, "deliveries/s with p99 ≤ %.0f ms", p99LimitMs), "p99 µs", "per read",
                "client busy");
        for (Contestant contestant : servers) {
            if (contestant.speaks(kind)) {
                int port = ServerProcess.freePort();
                List<String> command = contestant.command(port, redis, run.tickgate);
                try (ServerProcess server = ServerProcess.start(command, port, run.cpus, run.log)) {
                    table.add(raise(contestant, server, redis));
                }
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(table);
        out.flush();
        return 0;
    }

    private String[] raise(Contestant contestant, ServerProcess server, URI redis)
            throws IOException, InterruptedException {
        ProbeResult most = null;
        ProbeResult mostInTime = null;
        int behind = 0;
        boolean isFirst = true;
        for (double rate = load.perSecond(); rate <= mostPerSecond && behind < TRIES;) {
            ProbeResult result = run.probe(contestant, server, kind, load, rate, isFirst, redis);
            isFirst = false;
            report(contestant, rate, result);
            double ratio = result.deliveries().ratio();
            boolean follows = ratio >= FOLLOWS && ratio <= CATCHES_UP;
            if (follows) {
                most = result;
                mostInTime = result.latencyMicros().p99() <= 1e3 * p99LimitMs ? result : mostInTime;
            }
            behind = follows ? 0 : behind + 1;
            rate = follows ? rate * factor : rate;
        }
        return row(contestant, most, mostInTime);
    }

    private String[] row(Contestant contestant, ProbeResult most, ProbeResult mostInTime) {
        String word = kind.name().toLowerCase(Locale.ROOT);
        if (most == null) {
            return new String[]{word, contestant.title(), "none", "", "", "none", "", "", ""};
        }
        return new String[]{word, contestant.title(), format("%,.0f", most.deliveries().perSecond()),
                format("%,.0f", most.latencyMicros().p99()), format("%.2f", most.cost().cpuMicrosPerDelivery()),
                mostInTime == null ? "none" : format("%,.0f", mostInTime.deliveries().perSecond()),
                mostInTime == null ? "" : format("%,.0f", mostInTime.latencyMicros().p99()),
                format("%.1f", most.deliveries().perRead()), format("%.0f %%", 100 * most.cost().clientBusy())};
    }

    private void report(Contestant contestant, double rate, ProbeResult result) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT,
                "%s at %,.0f/s: %,.0f deliveries/s, %.1f %% of due, %.2f µs each, p99 %,.0f µs, doubts %s%n",
                contestant.title(), rate, result.deliveries().perSecond(), 100 * result.deliveries().ratio(),
                result.cost().cpuMicrosPerDelivery(), result.latencyMicros().p99(), result.doubts());
        err.flush();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
