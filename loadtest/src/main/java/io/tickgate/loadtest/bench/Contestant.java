package io.tickgate.loadtest.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tickgate.loadtest.swarm.Kind;

/** The servers that take turns. Each has channel names of its own, so that those whose turn it is not stay idle. */
enum Contestant {
    /** The floor. */
    RAW_LOOP("raw-loop", "bench-raw"),
    /** The gateway, by its launcher. */
    TICKGATE("tickgate", "bench-tick"),
    /** The same with its sockets driven by io_uring, where the kernel allows that. */
    TICKGATE_IO_URING("tickgate, io_uring", "bench-uring"),
    /** A server of a day's work. */
    PLAIN_NETTY("plain-netty", "bench-plain"),
    /** The well-known library. */
    NETTY_SOCKETIO("netty-socketio", "bench-nsio");

    private final String title;
    private final String channelName;

    Contestant(String title, String channelName) {
        this.title = title;
        this.channelName = channelName;
    }

    String title() {
        return title;
    }

    /** Its channels are this, a colon and an index. */
    String channelName() {
        return channelName;
    }

    boolean speaks(Kind kind) {
        return switch (this) {
            case TICKGATE, TICKGATE_IO_URING -> true;
            case RAW_LOOP -> kind != Kind.H2;
            case PLAIN_NETTY -> kind == Kind.WS;
            case NETTY_SOCKETIO -> kind == Kind.SIO;
        };
    }

    /** The command line that starts it on {@code port}. */
    List<String> command(int port, URI redis, Path tickgate) {
        return command(port, redis, tickgate, channelName);
    }

    /** The same for other channels. */
    List<String> command(int port, URI redis, Path tickgate, String channels) {
        List<String> command = new ArrayList<>();
        if (this == TICKGATE || this == TICKGATE_IO_URING) {
            command.addAll(List.of(tickgate.toAbsolutePath().toString(), "--public", channels + "*", "--transport",
                    this == TICKGATE ? "auto" : "io_uring"));
        } else {
            command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                    System.getProperty("java.class.path"), "io.tickgate.loadtest.LoadtestCommand", title, "--pattern",
                    channels + "*"));
        }
        command.addAll(List.of("--redis", redis.toString(), "--port", Integer.toString(port)));
        return command;
    }
}
