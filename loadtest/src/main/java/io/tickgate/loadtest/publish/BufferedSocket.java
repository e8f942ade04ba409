package io.tickgate.loadtest.publish;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A non-blocking socket with a buffer on each side. One thread; at most 64 MiB wait to be written, 64 KiB to be read. */
final class BufferedSocket implements AutoCloseable {
    private static final int MAX_PENDING_BYTES = 64 << 20;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10).flip();
    /** Always in writing position; what is before it waits to go out. */
    private ByteBuffer out = ByteBuffer.allocateDirect(64 << 10);

    BufferedSocket(InetSocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
    }

    /** Room for {@code bytes} more, in writing position. */
    ByteBuffer out(int bytes) throws IOException {
        if (out.remaining() < bytes) {
            int needed = out.position() + bytes;
            if (needed > MAX_PENDING_BYTES) {
                throw new IOException("the publisher's connection takes nothing: 64 MiB wait");
            }
            out = ByteBuffer.allocateDirect(Math.max(2 * out.capacity(), needed)).put(out.flip());
        }
        return out;
    }

    /** Writes what the socket takes. */
    void flush() throws IOException {
        if (out.position() > 0) {
            out.flip();
            channel.write(out);
            out.compact();
        }
    }

    /** Reads what is there; the result is in reading position and keeps what is left unread. */
    ByteBuffer in() throws IOException {
        in.compact();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("the publisher's connection was closed by the other end");
        }
        return in;
    }

    boolean allWritten() {
        return out.position() == 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
