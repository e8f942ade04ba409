package io.tickgate.loadtest.attack;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code attack}. Exit code 0 = the server ends what attacks it; 1 = it never did. */
@Command(name = "attack", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, description = "Attacks an HTTP/2 server on this machine, connection after connection, and reports how it ends them. Run it beside the probe to see what other clients notice.")
public final class AttackCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--kind", required = true, description = "${COMPLETION-CANDIDATES}")
    private AttackKind kind;

    @Option(names = "--url", description = "The server, http://host:port, HTTP/2 by prior knowledge. Loopback addresses only.")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(names = "--duration", description = "How long: 5s, 500ms, 1m; 10m at most.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(names = "--attackers", description = "Connections attacked at a time, 1 to 64, each by threads of its own.")
    private int attackers = 1;

    @Option(names = "--frames", description = "Frames of each attacker at most.")
    private long frames = 100_000_000;

    @Override
    public Integer call() throws InterruptedException, ExecutionException, UnknownHostException {
        InetSocketAddress server = server();
        if (attackers < 1 || attackers > 64 || duration.compareTo(LONGEST) > 0) {
            throw new ParameterException(spec.commandLine(), "1 to 64 attackers, for 10m at most");
        }
        long deadline = System.nanoTime() + duration.toNanos();
        AttackTally total = new AttackTally();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<AttackTally>> running = new ArrayList<>();
            for (int i = 0; i < attackers; i++) {
                running.add(threads.submit(new Assault(kind, server, deadline, frames)));
            }
            for (Future<AttackTally> each : running) {
                total.add(each.get());
            }
        }
        spec.commandLine().getOut().print(total);
        spec.commandLine().getOut().flush();
        return total.ended() > 0 ? 0 : 1;
    }

    /** Nobody else's machine is attacked with this. */
    private InetSocketAddress server() throws UnknownHostException {
        InetAddress address = InetAddress.getByName(url.getHost());
        if (!"http".equals(url.getScheme()) || !address.isLoopbackAddress()) {
            throw new ParameterException(spec.commandLine(), "--url must be http:// and a loopback address");
        }
        return new InetSocketAddress(address, url.getPort() < 0 ? 80 : url.getPort());
    }
}
