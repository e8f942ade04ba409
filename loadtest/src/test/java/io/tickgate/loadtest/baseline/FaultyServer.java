package io.tickgate.loadtest.baseline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tickgate.loadtest.wire.WebSocketFrames;

/** A WebSocket server for one client that commits each fault once: a loss, a duplicate, a swap, a wrong channel. Its thread owns it. */
final class FaultyServer implements AutoCloseable, Runnable {
    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

    private final ServerSocket listener;
    private final URI redis;
    private final String channel;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private volatile PatternFeed feed;
    private Socket client;
    private byte[] held;
    private int count;

    FaultyServer(URI redis, String channel) throws IOException {
        this(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), redis, channel);
    }

    FaultyServer(ServerSocket listener, URI redis, String channel) {
        this.listener = listener;
        this.redis = redis;
        this.channel = channel;
        executor.execute(this);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void run() {
        try (Socket accepted = listener.accept()) {
            client = accepted;
            byte[] bytes = new byte[4_096];
            String head = new String(bytes, 0, accepted.getInputStream().read(bytes), StandardCharsets.US_ASCII);
            Matcher key = KEY.matcher(head);
            if (!key.find()) {
                throw new IOException("no WebSocket key in " + head);
            }
            write(("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + WebSocketFrames.accept(key.group(1))
                    + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            feed = new PatternFeed(new InetSocketAddress(redis.getHost(), redis.getPort()), channel,
                    (name, payload) -> relay(payload));
            feed.channel().configureBlocking(true);
            text("{\"op\":\"subscribed\",\"channels\":[]}".getBytes(StandardCharsets.US_ASCII));
            while (!accepted.isClosed()) {
                feed.onReadable();
            }
        } catch (IOException | UncheckedIOException e) {
            // The client or the test has ended it.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (feed != null) {
            feed.channel().close();
        }
        executor.close();
    }

    private void relay(byte[] payload) {
        count++;
        if (count == 10) {
            return;
        }
        if (count == 30) {
            held = payload;
            return;
        }
        if (count == 40) {
            payload["{\"ch\":1000".length()] = '1';
        }
        text(payload);
        if (count == 20) {
            text(payload);
        }
        if (count == 31) {
            text(held);
        }
    }

    private void text(byte[] payload) {
        write(WebSocketFrames.fromServer(WebSocketFrames.TEXT, payload));
    }

    private void write(byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
