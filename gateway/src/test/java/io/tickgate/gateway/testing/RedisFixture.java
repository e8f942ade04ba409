package io.tickgate.gateway.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/**
 * A real Redis on a free loopback port, to be started, stopped, frozen and talked to by a test. Belongs to the test's
 * thread; the port stays the same for its whole life.
 */
public final class RedisFixture implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final int port;
    private final List<String> settings;
    private RedisServer server;
    private Socket socket;
    private InputStream input;

    private RedisFixture(int port, List<String> settings) {
        this.port = port;
        this.settings = settings;
    }

    /**
     * A running Redis.
     *
     * @param settings lines of its configuration, e.g. {@code requirepass secret}
     */
    public static RedisFixture started(String... settings) {
        IllegalStateException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RedisFixture fixture = stopped(settings);
            try {
                fixture.start();
                return fixture;
            } catch (IllegalStateException e) {
                // Somebody else took the port in between.
                failure = e;
            }
        }
        throw failure;
    }

    /** A port on which no Redis runs yet. */
    public static RedisFixture stopped(String... settings) {
        return new RedisFixture(freePort(), List.of(settings));
    }

    /**
     * Below the range the kernel takes ports for outgoing connections from, so that the port is still free when Redis is
     * started again.
     */
    private static int freePort() {
        int candidate;
        do {
            candidate = ThreadLocalRandom.current().nextInt(10_000, 32_000);
        } while (!isFree(candidate));
        return candidate;
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Starts it; returns once it accepts connections. */
    public void start() {
        RedisServerBuilder builder = RedisServer.builder().port(port).setting("bind 127.0.0.1").setting("save \"\"")
                .setting("appendonly no");
        settings.forEach(builder::setting);
        RedisServer started = builder.build();
        try {
            started.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException("Redis did not start on port " + port, e);
        }
        server = started;
    }

    /** Ends it; what was connected is disconnected. */
    public void stop() {
        disconnect();
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    /** Ends it and starts it again on the same port. */
    public void restart() {
        stop();
        start();
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:port}. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** @return the number of subscribers it reached */
    public long publish(String channel, String text) {
        return (Long) command("PUBLISH", channel, text);
    }

    /**
     * Sends any command.
     *
     * @return a String, a Long, a List of these, or null
     * @throws IllegalStateException with the server's error
     */
    public Object command(String... words) {
        try {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
                input = new BufferedInputStream(socket.getInputStream());
            }
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            writeAscii(request, "*" + words.length + "\r\n");
            for (String word : words) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                writeAscii(request, "$" + bytes.length + "\r\n");
                request.write(bytes);
                writeAscii(request, "\r\n");
            }
            socket.getOutputStream().write(request.toByteArray());
            return readReply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often Redis has executed a command, e.g. {@code subscribe}. */
    public long calls(String command) {
        String stats = (String) command("INFO", "commandstats");
        return stats.lines().filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1"))).findFirst().orElse(0);
    }

    /**
     * Does something while the process is stopped without closing its connections, so that it is only silent.
     */
    public <T> T whileFrozen(Callable<T> task) throws Exception {
        String pid = ((String) command("INFO", "server")).lines().filter(line -> line.startsWith("process_id:"))
                .map(line -> line.substring("process_id:".length())).findFirst().orElseThrow();
        signal("-STOP", pid);
        try {
            return task.call();
        } finally {
            signal("-CONT", pid);
        }
    }

    private static void signal(String signal, String pid) {
        try {
            new ProcessBuilder("kill", signal, pid).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void disconnect() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            socket = null;
        }
    }

    private static void writeAscii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Object readReply() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> readBulk(Integer.parseInt(rest));
            case '*' -> {
                List<Object> elements = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    elements.add(readReply());
                }
                yield elements;
            }
            default -> throw new IllegalStateException(rest);
        };
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = input.readNBytes(length);
        input.skipNBytes(2);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c != '\r'; c = input.read()) {
            if (c < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) c);
        }
        input.skipNBytes(1);
        return line.toString();
    }
}
