package io.tickgate.loadtest.probe;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/** The options that say how many listen to how much; the commands {@code probe} and {@code bench} share them. */
public final class LoadOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = {"-n", "--connections"}, description = "Connections.")
    private int connections = 1_000;

    @Option(names = "--channels", description = "Channels that are published to in turn.")
    private int channels = 1;

    @Option(names = "--subs", description = "Channels each connection joins.")
    private int subscriptions = 1;

    @Option(names = "--rate", description = "Messages per second over all channels.")
    private double perSecond = 100;

    @Option(names = "--burst", description = "Messages due at the same instant.")
    private int burst = 1;

    @Option(names = "--size", description = "Payload bytes, 128 or more.")
    private int payloadBytes = 200;

    @Option(names = "--book", description = "${COMPLETION-CANDIDATES}: what fills a payload, letters that never change or prices and sizes that do.")
    private TickPayload.Book book = TickPayload.Book.STILL;

    public TickPayload.Book book() {
        return book;
    }

    public double perSecond() {
        return perSecond;
    }

    public int burst() {
        return burst;
    }

    /**
     * The swarm that these options describe, on the channels {@code channelName:0}, {@code channelName:1}, …
     *
     * @param path request target, or null for the kind's usual one
     * @throws ParameterException where an option is out of range
     */
    public SwarmSettings swarm(Kind kind, URI url, String path, String channelName, boolean answers, int loops,
            int connectTimeoutMs) {
        if (channels < 1 || channels > TickPayload.MAX_CHANNELS || payloadBytes < TickPayload.MIN_BYTES) {
            throw new ParameterException(spec.commandLine(), String.format(Locale.ROOT,
                    "1 to %d channels, payloads of %d bytes or more", TickPayload.MAX_CHANNELS, TickPayload.MIN_BYTES));
        }
        List<String> names = IntStream.range(0, channels).mapToObj(i -> channelName + ":" + i).toList();
        return new SwarmSettings(kind, Coding.IDENTITY, 1, url, path, connections, names, subscriptions, answers,
                payloadBytes, loops, connectTimeoutMs);
    }
}
