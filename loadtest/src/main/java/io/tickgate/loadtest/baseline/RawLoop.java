package io.tickgate.loadtest.baseline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code raw-loop}: the least a JVM has to do for a fan-out. One thread, plain NIO, the frame built once, one write per
 * subscriber; the bytes on the wire are the gateway's, so that the ratio of costs is that of the implementations. No heartbeat, limit
 * or history.
 */
@Command(name = "raw-loop", mixinStandardHelpOptions = true, showDefaultValues = true, description = "The floor: one NIO loop, one prebuilt frame, one write per subscriber.")
public final class RawLoop implements Callable<Integer> {
    @Option(names = "--port", description = "On 127.0.0.1; 0 = any free one.")
    private int port = 9100;

    @Option(names = "--redis", description = "redis://host[:port]")
    private URI redis = URI.create("redis://127.0.0.1:6379");

    @Option(names = "--pattern", description = "PSUBSCRIBEd; clients may subscribe to names that begin like it.")
    private String pattern = "bench*";

    @Option(names = "--deflate", description = "Clients that offer permessage-deflate get frames that were deflated once, each by itself.")
    private boolean deflate;

    @Override
    public Integer call() throws IOException {
        InetSocketAddress upstream = new InetSocketAddress(redis.getHost(),
                redis.getPort() < 0 ? 6379 : redis.getPort());
        try (RawServer server = new RawServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), upstream,
                pattern, deflate)) {
            System.out.println("raw-loop listens on 127.0.0.1:" + server.port());
            server.run();
            return 0;
        }
    }
}
