package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import picocli.CommandLine.Option;

import io.tickgate.loadtest.probe.LoadOptions;
import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;

/** The options that say how servers take turns and where reports go; all kinds of {@code bench} and {@code promises} share them. */
final class RunOptions {
    /** A run against a Redis. */
    interface Run {
        int with(URI redis) throws IOException, InterruptedException;
    }

    @Option(names = "--tickgate", description = "The gateway's launcher.")
    Path tickgate = Path.of("tickgate");

    @Option(names = "--redis", description = "A Redis to use instead of starting one.")
    private URI redis;

    @Option(names = "--rounds", description = "Runs of each server and kind.")
    int rounds = 3;

    @Option(names = "--first-warmup", description = "Warm-up of a server's first run, for its JIT compiler.")
    private Duration firstWarmup = Duration.ofSeconds(15);

    @Option(names = "--warmup", description = "Warm-up of the others.")
    private Duration warmup = Duration.ofSeconds(3);

    @Option(names = "--duration", description = "The measured window.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(names = "--taskset", description = "Processors for each server, as taskset -c takes them; unpinned without.")
    String cpus;

    @Option(names = "--log", description = "File that receives what the servers print.")
    Path log = Path.of("loadtest", "target", "bench-servers.log");

    @Option(names = "--json", description = "File that receives a line of JSON per run.")
    private Path json;

    /** With the given Redis, or one started for the time being. */
    int withRedis(Run run) throws IOException, InterruptedException {
        if (redis != null) {
            return run.with(redis);
        }
        try (TestRedis started = TestRedis.start()) {
            return run.with(started.uri());
        }
    }

    int warmupMs(boolean isFirst) {
        return Math.toIntExact((isFirst ? firstWarmup : warmup).toMillis());
    }

    int durationMs() {
        return Math.toIntExact(duration.toMillis());
    }

    /** Puts a server that was started here under the probe, and keeps the result. */
    ProbeResult probe(Contestant contestant, ServerProcess server, Kind kind, LoadOptions load, double perSecond,
            boolean isFirst, URI redisUri) throws IOException, InterruptedException {
        SwarmSettings swarm = load.swarm(kind, URI.create("http://127.0.0.1:" + server.port()), null,
                contestant.channelName(), true, 1, 60_000);
        ProbeResult result = new Probe(new ProbeSettings(contestant.title(), swarm, redisUri, null, load.book(),
                perSecond, load.burst(), warmupMs(isFirst), durationMs(), 1_000, 5_000, server.pid())).run();
        keep(result);
        return result;
    }

    void keep(ProbeResult result) throws IOException {
        if (json != null) {
            Files.writeString(json, result.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
