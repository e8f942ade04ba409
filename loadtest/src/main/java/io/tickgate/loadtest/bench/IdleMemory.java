package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.tickgate.loadtest.probe.ConnectResult;
import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/** What an idle connection costs the gateway in memory, by coding; each is measured on a gateway of its own. Used by one thread. */
final class IdleMemory {
    private static final List<CodedCase> CASES = List.of(CodedCase.WS_PLAIN, CodedCase.WS_KEYFRAMED,
            CodedCase.SSE_PLAIN, CodedCase.SSE_GZIP, CodedCase.SSE_ZSTD, CodedCase.SSE_BR, CodedCase.SIO_PLAIN,
            CodedCase.SIO_KEYFRAMED);
    /** Load what connections need once, so that it is not taken for theirs. */
    private static final int FIRST_CONNECTIONS = 200;

    private final RunOptions run;
    private final Path wsPeer;
    private final URI redis;

    IdleMemory(RunOptions run, Path wsPeer, URI redis) {
        this.run = run;
        this.wsPeer = wsPeer;
        this.redis = redis;
    }

    /** A heading and the table. */
    String toMarkdown(int connections) throws IOException, InterruptedException {
        MarkdownTable table = new MarkdownTable("kind", "coding", "heap after GC, bytes", "resident, bytes");
        for (CodedCase what : CASES) {
            ConnectResult result = measure(what, connections);
            table.add(what.kind().name().toLowerCase(Locale.ROOT), what.coding().name().toLowerCase(Locale.ROOT),
                    String.format(Locale.ROOT, "%,.0f", result.heapBytesPerConnection()),
                    String.format(Locale.ROOT, "%,.0f", result.residentBytesPerConnection()));
        }
        return String.format(Locale.ROOT, "### Memory of the gateway per idle connection, %,d of them%n%n%s%n",
                connections, table);
    }

    private ConnectResult measure(CodedCase what, int connections) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        List<String> command = what.server().command(port, redis, run.tickgate, wsPeer);
        try (ServerProcess server = ServerProcess.start(command, port, run.cpus, run.log)) {
            if (what.kind() == Kind.SSE) {
                // The gateway loads what other codings need when it is first asked for any, and answers in gzip until then.
                new Probe(settings(CodedCase.SSE_GZIP, server, FIRST_CONNECTIONS)).idle();
            }
            new Probe(settings(what, server, FIRST_CONNECTIONS)).idle();
            return new Probe(settings(what, server, connections)).idle();
        }
    }

    private ProbeSettings settings(CodedCase what, ServerProcess server, int connections) {
        SwarmSettings swarm = new SwarmSettings(what.kind(), what.coding(), 16,
                URI.create("http://127.0.0.1:" + server.port()), null, connections,
                List.of(what.server().channelName() + ":0"), 1, true, 200, 1, 60_000);
        return new ProbeSettings("idle", swarm, redis, null, TickPayload.Book.STILL, 1, 1, 0, run.durationMs(), 0, 0,
                server.pid());
    }
}
