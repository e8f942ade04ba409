package io.tickgate.loadtest.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs as a child process, known to listen. Used by one thread; it ends with {@link #close}, at the latest with this
 * process.
 */
final class ServerProcess implements AutoCloseable {
    /** The gateway's launcher may have to build first. */
    private static final long START_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop server"));
    }

    /**
     * Starts it and waits until it listens on 127.0.0.1.
     *
     * @param cpus for taskset, or null
     * @param log receives what it prints
     */
    static ServerProcess start(List<String> command, int port, String cpus, Path log)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(cpus == null ? List.of() : List.of("taskset", "-c", cpus));
        whole.addAll(command);
        Process process = new ProcessBuilder(whole).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        ServerProcess server = new ServerProcess(process, port);
        long deadlineNs = System.nanoTime() + START_TIMEOUT_NS;
        while (!server.listens()) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                server.close();
                throw new IOException("did not start, see " + log + ": " + String.join(" ", whole));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return server;
    }

    /** A port that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
