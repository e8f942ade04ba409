package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

import io.tickgate.protocol.websocket.PermessageDeflate;

/**
 * What an answer is given to when nobody is there to get it: the client has left already, or asked by HEAD for the headers
 * alone. Owned by the connection's loop; swallows everything, and tells the listener of the end once the caller has returned.
 */
final class GoneConnection implements ResponseStream, WebSocketConnection {
    private Runnable onClosed;

    GoneConnection(EventLoop loop, Runnable onClosed) {
        this.onClosed = onClosed;
        loop.execute(() -> {
            if (this.onClosed != null) {
                this.onClosed.run();
            }
        });
    }

    @Override
    public void write(ByteBuf shared) {}

    @Override
    public void writeAndRelease(ByteBuf own) {
        own.release();
    }

    @Override
    public void flush() {}

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public boolean isChunked() {
        return false;
    }

    @Override
    public void close() {
        onClosed = null;
    }

    @Override
    public PermessageDeflate deflate() {
        return null;
    }

    @Override
    public void setReading(boolean wanted) {}

    @Override
    public void ping() {}

    @Override
    public void close(int code, String reason) {}

    @Override
    public void hangUp() {}

    @Override
    public void abort() {}
}
