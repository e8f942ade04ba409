package io.tickgate.loadtest.baseline;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A {@code PSUBSCRIBE} connection that parses its pushes in place (RESP2). Owned by one loop; a push stays under 1 MiB. */
final class PatternFeed {
    private static final int MAX_BUFFER_BYTES = 1 << 20;

    /** Who takes what was published. */
    interface Listener {
        void onMessage(String channel, byte[] payload);
    }

    private final SocketChannel socket;
    private final Listener listener;
    private ByteBuffer in = ByteBuffer.allocate(64 << 10);

    /** Connects and subscribes; returns once Redis has confirmed. */
    PatternFeed(InetSocketAddress redis, String pattern, Listener listener) throws IOException {
        this.listener = listener;
        socket = SocketChannel.open(redis);
        String command = "*2\r\n$10\r\nPSUBSCRIBE\r\n$" + pattern.length() + "\r\n" + pattern + "\r\n";
        socket.write(ByteBuffer.wrap(command.getBytes(StandardCharsets.US_ASCII)));
        boolean confirmed = false;
        while (!confirmed) {
            confirmed = read() > 0;
        }
        socket.configureBlocking(false);
    }

    SocketChannel channel() {
        return socket;
    }

    /** Reads what is there and hands each complete message on. */
    void onReadable() throws IOException {
        read();
    }

    /** Returns how many pushes were complete. */
    private int read() throws IOException {
        if (socket.read(in) < 0) {
            throw new EOFException("Redis closed the connection");
        }
        in.flip();
        int pushes = 0;
        int start = in.position();
        while (push()) {
            start = in.position();
            pushes++;
        }
        in.position(start).compact();
        if (!in.hasRemaining()) {
            if (in.capacity() >= MAX_BUFFER_BYTES) {
                throw new IOException("a push exceeds 1 MiB");
            }
            in = ByteBuffer.allocate(2 * in.capacity()).put(in.flip());
        }
        return pushes;
    }

    private boolean push() throws IOException {
        int items = header('*');
        if (items < 0) {
            return false;
        }
        byte[] beforeLast = null;
        byte[] last = null;
        for (int i = 0; i < items; i++) {
            byte[] item = item();
            if (item == null) {
                return false;
            }
            beforeLast = last;
            last = item;
        }
        if (items == 4) {
            listener.onMessage(new String(beforeLast, StandardCharsets.US_ASCII), last);
        }
        return true;
    }

    /** A bulk string, or the digits of an integer; null if incomplete. */
    private byte[] item() throws IOException {
        if (in.hasRemaining() && in.get(in.position()) == ':') {
            return header(':') < 0 ? null : new byte[0];
        }
        int length = header('$');
        if (length < 0 || in.remaining() < length + 2) {
            return null;
        }
        byte[] value = new byte[length];
        in.get(value);
        in.position(in.position() + 2);
        return value;
    }

    /** The number behind the type byte, -1 if its line is incomplete. */
    private int header(int type) throws IOException {
        if (!in.hasRemaining()) {
            return -1;
        }
        if (in.get() != type) {
            throw new IOException("Redis sent what is not a push");
        }
        int value = 0;
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                return value;
            }
            if (b != '\r') {
                value = 10 * value + b - '0';
            }
        }
        return -1;
    }
}
