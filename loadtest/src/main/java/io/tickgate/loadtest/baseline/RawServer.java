package io.tickgate.loadtest.baseline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The raw loop itself: accepts, reads Redis, writes to each subscriber. Everything belongs to the thread in {@link #run}. */
final class RawServer implements AutoCloseable {
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final PatternFeed feed;
    private final Map<String, RawRoom> rooms = new HashMap<>();
    private final String prefix;
    private final boolean deflate;
    private volatile boolean running = true;

    /**
     * Subscribes, then listens.
     *
     * @param address to listen on
     * @param redis to subscribe at
     * @param pattern a prefix with a star at its end
     * @param deflate whether clients that offer permessage-deflate get it
     */
    RawServer(InetSocketAddress address, InetSocketAddress redis, String pattern, boolean deflate) throws IOException {
        this.deflate = deflate;
        prefix = pattern.replaceAll("\\*$", "");
        selector = Selector.open();
        feed = new PatternFeed(redis, pattern, (channel, payload) -> room(channel).broadcast(payload));
        feed.channel().register(selector, SelectionKey.OP_READ, feed);
        listener = ServerSocketChannel.open();
        listener.bind(address, 4_096);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    boolean deflates() {
        return deflate;
    }

    /** Serves until stopped, or Redis goes. */
    void run() throws IOException {
        while (running) {
            selector.select(this::onReady);
        }
    }

    /** Ends {@link #run} after its current turn; from any thread. */
    void stop() {
        running = false;
        selector.wakeup();
    }

    /** The subscribers of a channel. */
    RawRoom room(String channel) {
        return rooms.computeIfAbsent(channel, RawRoom::new);
    }

    /** All quoted names in a client's command that begin as the pattern does: enough of a parser for the probe. */
    List<String> channelsIn(String command) {
        List<String> names = new ArrayList<>();
        for (String part : command.split("[\",=&? ]")) {
            if (part.startsWith(prefix)) {
                names.add(part);
            }
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.attachment() instanceof RawClient client) {
                client.onReady(key);
            } else if (key.attachment() instanceof PatternFeed pushed) {
                pushed.onReadable();
            } else {
                accept();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        SocketChannel socket = listener.accept();
        while (socket != null) {
            socket.configureBlocking(false);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            RawClient client = new RawClient(this, socket);
            client.registered(socket.register(selector, SelectionKey.OP_READ, client));
            socket = listener.accept();
        }
    }
}
