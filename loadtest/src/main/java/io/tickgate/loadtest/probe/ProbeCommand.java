package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;

/** The command {@code probe}. Exit code 0 = nothing lost, duplicated, out of order, misrouted or closed; 1 otherwise. */
@Command(name = "probe", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Publishes at a fixed rate, receives with many subscribers, and checks, times and prices every delivery.")
public final class ProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--url", description = "The server, http://host:port, or https, whose certificate is not checked.")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(names = "--redis", description = "Publish by Redis PUBLISH, redis://[[user]:password@]host[:port]. Without it: POST /api/publish at the server.")
    private URI redis;

    @Option(names = "--api-key", description = "For publishing over HTTP.")
    private String apiKey;

    @Option(names = "--kind", description = "${COMPLETION-CANDIDATES}: WebSocket, server-sent events over HTTP/1.1, Socket.IO, server-sent events over HTTP/2.")
    private Kind kind = Kind.WS;

    @Option(names = "--coding", description = "${COMPLETION-CANDIDATES}: deflate is permessage-deflate, for ws and sio; the others are content codings, for sse. A server that does not agree ends the run.")
    private Coding coding = Coding.IDENTITY;

    @Option(names = "--verify-every", description = "Of so many compressed connections one is decoded and checked; of the others messages are counted.")
    private int verifyEvery = 16;

    @Option(names = "--path", description = "Request target, where it is not the kind's usual one.")
    private String path;

    @Mixin
    private LoadOptions load;

    @Option(names = "--channel", description = "Channel names are NAME:0, NAME:1, …")
    private String channel = "bench";

    @Option(names = "--warmup", description = "Published but not measured: 5s, 500ms, 1m.")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(names = "--duration", description = "The measured window; with --idle how long to hold the connections.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(names = "--settle", description = "Pause between the last connection and the first message.")
    private Duration settle = Duration.ofSeconds(1);

    @Option(names = "--drain", description = "What is missing counts as lost once nothing has come for so long.")
    private Duration drain = Duration.ofSeconds(5);

    @Option(names = "--connect-timeout", description = "For all connections together.")
    private Duration connectTimeout = Duration.ofSeconds(60);

    @Option(names = "--loops", description = "Event loops of the subscribers.")
    private int loops = 1;

    @Option(names = "--no-answer", description = "The server does not answer subscriptions: a connection is ready once it is open.")
    private boolean noAnswer;

    @Option(names = "--server-pid", description = "Process whose CPU and memory are measured.")
    private long serverPid;

    @Option(names = "--idle", description = "Connect only, hold for --duration, print memory per connection.")
    private boolean idle;

    @Option(names = "--label", description = "Copied into the JSON.")
    private String label = "";

    @Option(names = "--json", description = "Print one line of JSON instead of text.")
    private boolean json;

    @Option(names = "--hgrm", description = "File for the latency distribution in microseconds, as HdrHistogram's plotter reads it.")
    private Path hgrm;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Probe probe = new Probe(settings());
        PrintWriter out = spec.commandLine().getOut();
        boolean costed = serverPid != 0;
        if (idle) {
            out.print(ResultText.of(probe.idle(), costed));
            out.flush();
            return 0;
        }
        ProbeResult result = probe.run();
        out.print(json ? result.toJson() + "\n" : ResultText.of(result, costed));
        out.flush();
        if (hgrm != null) {
            try (PrintStream file = new PrintStream(Files.newOutputStream(hgrm), false, StandardCharsets.UTF_8)) {
                result.latencyNs().outputPercentileDistribution(file, 1e3);
            }
        }
        return result.faults().none() ? 0 : 1;
    }

    private ProbeSettings settings() {
        if (!coding.fits(kind) || verifyEvery < 1) {
            throw new ParameterException(spec.commandLine(),
                    "--coding deflate is for ws and sio, gzip, zstd and br are for sse; --verify-every is 1 or more");
        }
        SwarmSettings swarm = load.swarm(kind, url, path, channel, !noAnswer, loops,
                Math.toIntExact(connectTimeout.toMillis())).coded(coding, coding == Coding.IDENTITY ? 1 : verifyEvery);
        return new ProbeSettings(label, swarm, redis, apiKey, load.book(), load.perSecond(), load.burst(),
                Math.toIntExact(warmup.toMillis()),
                Math.toIntExact(duration.toMillis()), Math.toIntExact(settle.toMillis()),
                Math.toIntExact(drain.toMillis()), serverPid);
    }
}
