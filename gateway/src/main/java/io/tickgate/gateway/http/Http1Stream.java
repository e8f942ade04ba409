package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A response body on HTTP/1.x that goes on until it's closed. Owned by the connection's loop. */
final class Http1Stream implements ResponseStream {
    private final Http1Connection connection;
    private final Http1Exchange exchange;
    private final SocketWriter writer;
    private Listener listener;

    Http1Stream(Http1Connection connection, Http1Exchange exchange, SocketWriter writer, Listener listener) {
        this.connection = connection;
        this.exchange = exchange;
        this.writer = writer;
        this.listener = listener;
    }

    @Override
    public void write(ByteBuf shared) {
        if (listener != null) {
            writer.write(shared);
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        if (listener == null) {
            own.release();
        } else {
            writer.writeAndRelease(own);
        }
    }

    @Override
    public void flush() {
        if (listener != null) {
            writer.flush();
        }
    }

    @Override
    public long pendingBytes() {
        return listener == null ? 0 : writer.pendingBytes();
    }

    @Override
    public boolean isDelayed() {
        return writer.isDelayed();
    }

    @Override
    public boolean isChunked() {
        // RFC 9112 §6.1: a client of HTTP/1.0 knows no chunks; there the end of the connection is the end of the body.
        return !exchange.head().protocol().equals("HTTP/1.0");
    }

    @Override
    public void close() {
        if (listener == null) {
            return;
        }
        forgetListener();
        if (isChunked()) {
            writer.writeAndRelease(Unpooled.wrappedBuffer(Http1Encoder.LAST_CHUNK));
        }
        connection.finished(exchange);
    }

    @Override
    public void abort() {
        if (listener != null) {
            forgetListener();
            connection.abort();
        }
    }

    private void forgetListener() {
        listener = null;
        writer.onDrained(null);
    }

    /** The client went away. */
    void gone() {
        Listener told = listener;
        forgetListener();
        if (told != null) {
            told.onClosed();
        }
    }
}
