package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.probe.ConnectResult;
import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.probe.RequestLoad;
import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/**
 * The command {@code promises}: what systems that push prices promise their users, each as a scenario with a verdict. Exit code 1 if
 * one is not kept.
 */
@Command(name = "promises", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Runs what is promised to users against the gateway and says what is kept.")
public final class PromisesCommand implements Callable<Integer> {
    private static final int PAYLOAD_BYTES = 200;
    private static final int CONNECT_TIMEOUT_MS = 60_000;
    private static final double MILLIS = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--users", description = "How many are many.")
    private int users = 10_000;

    @Mixin
    private RunOptions run;

    private final List<String[]> verdicts = new ArrayList<>();
    private boolean areAllKept = true;
    private URI redis;
    private ServerProcess gateway;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.withRedis(this::judge);
    }

    private int judge(URI upstream) throws IOException, InterruptedException {
        redis = upstream;
        gateway = start(Contestant.TICKGATE);
        try {
            manyChannels();
            oneChannel();
            connecting();
            payload();
            requests();
        } finally {
            gateway.close();
            PrintWriter out = spec.commandLine().getOut();
            MarkdownTable table = new MarkdownTable("promise", "measured", "kept");
            verdicts.forEach(table::add);
            out.print(table);
            out.flush();
        }
        return areAllKept ? 0 : 1;
    }

    private ServerProcess start(Contestant contestant) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        return ServerProcess.start(contestant.command(port, redis, run.tickgate), port, run.cpus, run.log);
    }

    private void verdict(boolean isKept, String promise, String measured) {
        verdicts.add(new String[]{promise, measured, isKept ? "yes" : "no"});
        areAllKept &= isKept;
        spec.commandLine().getErr().println(promise + ": " + measured + (isKept ? "" : " – NOT KEPT"));
    }

    // Scenarios.

    private void manyChannels() throws IOException, InterruptedException {
        ProbeResult result = probe(gateway, Contestant.TICKGATE,
                swarm(gateway, Contestant.TICKGATE, Kind.WS, users, 100),
                1_000);
        verdict(result.faults().none(), "nothing is lost, repeated or out of order, 10 messages/s for each user",
                String.format(Locale.ROOT,
                        "%,d users, %,d deliveries, faults %s", users, result.deliveries().count(),
                        result.faults().none() ? "none" : result.faults()));
        verdict(millis(result, 95) < 100, "p95 under 100 ms",
                String.format(Locale.ROOT, "%.1f ms", millis(result, 95)));
        verdict(millis(result, 99) < 500, "p99 under 500 ms",
                String.format(Locale.ROOT, "%.1f ms", millis(result, 99)));
        verdict(millis(result, 99) < 50, "a push within 50 ms: p99",
                String.format(Locale.ROOT, "%.1f ms", millis(result, 99)));
    }

    private void oneChannel() throws IOException, InterruptedException {
        ProbeResult ours = probe(gateway, Contestant.TICKGATE, swarm(gateway, Contestant.TICKGATE, Kind.WS, users, 1),
                10);
        try (ServerProcess rawLoop = start(Contestant.RAW_LOOP)) {
            ProbeResult raw = probe(rawLoop, Contestant.RAW_LOOP,
                    swarm(rawLoop, Contestant.RAW_LOOP, Kind.WS, users, 1), 10);
            verdict(millis(ours, 99) < 1.5 * millis(raw, 99), "all on one channel: p99 within 1.5 times a raw loop's",
                    String.format(Locale.ROOT,
                            "%.1f ms, raw loop %.1f ms", millis(ours, 99), millis(raw, 99)));
        }
    }

    /** A swarm fails as a whole when one of its connections does. */
    private void connecting() throws IOException, InterruptedException {
        SwarmSettings swarm = swarm(gateway, Contestant.TICKGATE, Kind.WS, users, 100);
        ConnectResult first = idle(swarm);
        verdict(first.connections() == users, "over 99 % of connects succeed",
                String.format(Locale.ROOT, "all %,d, %,.0f per second",
                        first.connections(), first.perSecond()));
        ConnectResult again = idle(swarm);
        verdict(again.seconds() < 5, "all are back within 5 s of a cut",
                String.format(Locale.ROOT, "%.2f s", again.seconds()));
    }

    private void payload() throws IOException, InterruptedException {
        SwarmSettings plain = swarm(gateway, Contestant.TICKGATE, Kind.WS, 100, 1);
        double bytes = probe(gateway, Contestant.TICKGATE, plain, 100).deliveries().bytesEach();
        double fewer = probe(gateway, Contestant.TICKGATE, plain.coded(Coding.DEFLATE, 1), 100).deliveries()
                .bytesEach();
        double saved = 1 - fewer / bytes;
        verdict(saved > 0.3, "payloads are 30 to 70 % smaller",
                String.format(Locale.ROOT, "%.0f %% smaller: %.0f bytes instead of %.0f",
                        100 * saved, fewer, bytes));
    }

    private void requests() throws IOException, InterruptedException {
        String channel = Contestant.TICKGATE.channelName() + ":0";
        URI resource = URI.create("http://127.0.0.1:" + gateway.port() + "/channels/" + channel);
        RequestLoad.Result result = new RequestLoad(resource).run(100, 10_000, run.durationMs());
        verdict(result.failed() == 0 && result.perSecond() > 9_900, "10,000 requests/s for a last value",
                String.format(Locale.ROOT,
                        "%,.0f per second, %d failed, p99 %.1f ms", result.perSecond(), result.failed(),
                        result.latencyMicros().p99() / 1e3));
    }

    // How they are run.

    private SwarmSettings swarm(ServerProcess server, Contestant contestant, Kind kind, int connections,
            int channels) {
        List<String> names = IntStream.range(0, channels).mapToObj(i -> contestant.channelName() + ":" + i).toList();
        return new SwarmSettings(kind, Coding.IDENTITY, 1, URI.create("http://127.0.0.1:" + server.port()), null,
                connections, names, 1, true, PAYLOAD_BYTES, 1, CONNECT_TIMEOUT_MS);
    }

    private ProbeResult probe(ServerProcess server, Contestant contestant, SwarmSettings swarm, double perSecond)
            throws IOException, InterruptedException {
        ProbeResult result = new Probe(settings(server, contestant, swarm, perSecond, run.durationMs())).run();
        result.doubts().forEach(doubt -> spec.commandLine().getErr().println("DOUBT " + doubt));
        run.keep(result);
        return result;
    }

    private ConnectResult idle(SwarmSettings swarm) throws IOException, InterruptedException {
        return new Probe(settings(gateway, Contestant.TICKGATE, swarm, 1, 100)).idle();
    }

    private ProbeSettings settings(ServerProcess server, Contestant contestant, SwarmSettings swarm, double perSecond,
            int durationMs) {
        return new ProbeSettings(contestant.title(), swarm, redis, null, TickPayload.Book.MOVING, perSecond, 1,
                run.warmupMs(verdicts.isEmpty()), durationMs, 1_000, 5_000, server.pid());
    }

    private static double millis(ProbeResult result, double percentile) {
        return result.latencyNs().getValueAtPercentile(percentile) / MILLIS;
    }
}
