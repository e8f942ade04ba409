package io.tickgate.loadtest.publish;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Publishes by {@code PUBLISH}, pipelined over one connection (RESP2). Owned by the publisher's thread. */
public final class RedisFeed implements Feed {
    private static final byte[] PUBLISH = ascii("*3\r\n$7\r\nPUBLISH\r\n");

    private final BufferedSocket socket;
    private long unanswered;
    private long refused;
    /** The first byte of the answer line that is being read, 0 between two lines. */
    private int answerType;

    /**
     * Connects, blocking.
     *
     * @param uri {@code redis://[[user]:password@]host[:port]}
     */
    public RedisFeed(URI uri) throws IOException {
        socket = new BufferedSocket(new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort()));
        if (uri.getUserInfo() != null) {
            String[] parts = uri.getUserInfo().split(":", 2);
            String user = parts[0].isEmpty() ? "default" : parts[0];
            command(ascii("*3\r\n$4\r\nAUTH\r\n"), ascii(user), ascii(parts.length > 1 ? parts[1] : ""));
        }
    }

    @Override
    public void publish(byte[] channel, byte[] payload) throws IOException {
        command(PUBLISH, channel, payload);
    }

    @Override
    public void pump() throws IOException {
        socket.flush();
        ByteBuffer in = socket.in();
        while (in.hasRemaining()) {
            byte b = in.get();
            if (answerType == 0) {
                answerType = b;
            } else if (b == '\n') {
                unanswered--;
                if (answerType == '-') {
                    refused++;
                }
                answerType = 0;
            }
        }
    }

    @Override
    public boolean settled() {
        return unanswered == 0 && socket.allWritten();
    }

    @Override
    public long refused() {
        return refused;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void command(byte[] head, byte[] first, byte[] second) throws IOException {
        ByteBuffer out = socket.out(head.length + first.length + second.length + 32).put(head);
        bulk(out, first);
        bulk(out, second);
        unanswered++;
    }

    private static void bulk(ByteBuffer out, byte[] value) {
        out.put((byte) '$');
        decimal(out, value.length);
        out.put((byte) '\r').put((byte) '\n').put(value).put((byte) '\r').put((byte) '\n');
    }

    private static void decimal(ByteBuffer out, int value) {
        if (value >= 10) {
            decimal(out, value / 10);
        }
        out.put((byte) ('0' + value % 10));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
