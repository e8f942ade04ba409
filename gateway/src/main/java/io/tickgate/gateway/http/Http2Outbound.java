package io.tickgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The response body of one HTTP/2 stream: the one entry that this stream ever has in the connection's flow controller, which
 * takes DATA frames from it as windows and socket allow. Owned by the connection's loop; what it holds is bounded by whoever
 * asks {@link #pendingBytes()} before writing.
 */
final class Http2Outbound implements ResponseStream, Http2RemoteFlowController.FlowControlled {
    /** Up to here copying behind the frame header is cheaper than another entry for the socket. */
    private static final int COPIED_BYTES = 1_024;
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int END_STREAM = 1;

    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    /** Whether the peer's side is as good as ours, and not the rest of a request that has been answered. */
    private final boolean isTunnel;
    private Listener listener;
    /** The bytes that go next, never written to: a slice of a shared buffer, or what was the tail. */
    private ByteBuf head;
    /** Copies of what was written while there was a head. */
    private ByteBuf tail;
    /** What is to be added while the flow controller calls {@link #merge}. */
    private ByteBuf incoming;
    private ChannelPromise endWritten;
    private boolean enqueued;
    /** Whether a flush has left something here, so that the listener is to be told when that has gone. */
    private boolean stalled;
    private boolean ending;
    private boolean gone;

    /** @param listener null if nobody wants to know of the end */
    Http2Outbound(Http2ServerConnection connection, Http2Stream stream, Listener listener) {
        this(connection, stream, listener, false);
    }

    private Http2Outbound(Http2ServerConnection connection, Http2Stream stream, Listener listener, boolean isTunnel) {
        this.connection = connection;
        this.stream = stream;
        this.listener = listener;
        this.isTunnel = isTunnel;
    }

    /** Of a stream that goes on in both directions after the response's head (RFC 9113 §8.5). */
    static Http2Outbound ofTunnel(Http2ServerConnection connection, Http2Stream stream, Listener listener) {
        return new Http2Outbound(connection, stream, listener, true);
    }

    // The writer's side.

    @Override
    public void write(ByteBuf shared) {
        assert connection.loop().loop().inEventLoop();
        if (shared.isReadable() && !ending && !gone) {
            incoming = shared;
            enqueue();
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        write(own);
        own.release();
    }

    private void enqueue() {
        if (!enqueued) {
            enqueued = true;
            takeIn();
        }
        // If this stands in the queue already, the controller merges it with itself and so learns its new size.
        connection.encoder().flowController().addFlowControlled(stream, this);
        connection.written();
    }

    private void takeIn() {
        ByteBuf bytes = incoming;
        incoming = null;
        if (bytes == null) {
            return;
        }
        connection.queued(bytes.readableBytes());
        if (size() == 0) {
            head = bytes.retainedSlice();
            return;
        }
        if (tail == null) {
            tail = connection.channel().alloc().directBuffer(bytes.readableBytes());
        }
        tail.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    @Override
    public void flush() {
        connection.flushOnce();
        stalled |= size() > 0;
    }

    @Override
    public long pendingBytes() {
        int own = size();
        // A stream that holds something shares the guilt for a connection that holds too much; one that doesn't is innocent.
        return own == 0 ? 0 : Math.max(own, connection.stalledBytes());
    }

    @Override
    public boolean isChunked() {
        return false;
    }

    @Override
    public void close() {
        if (!ending && !gone) {
            ending = true;
            listener = null;
            enqueue();
            connection.flushOnce();
        }
    }

    @Override
    public void abort() {
        if (!gone) {
            listener = null;
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    /** The stream has ended. */
    void gone() {
        gone = true;
        release();
        Listener told = listener;
        listener = null;
        if (told != null) {
            told.onClosed();
        }
    }

    // The flow controller's side.

    @Override
    public int size() {
        return (head == null ? 0 : head.readableBytes()) + (tail == null ? 0 : tail.readableBytes());
    }

    @Override
    public void write(ChannelHandlerContext ctx, int allowedBytes) {
        int most = connection.encoder().configuration().frameSizePolicy().maxFrameSize();
        int length = Math.min(Math.min(allowedBytes, most), head == null ? 0 : head.readableBytes());
        boolean isLast = ending && length == size();
        if (length == 0 && !isLast) {
            return;
        }
        boolean isCopied = length <= COPIED_BYTES;
        connection.guard().dataSent(isCopied && length == allowedBytes && length < size());
        ByteBuf frame = ctx.alloc().directBuffer(FRAME_HEADER_BYTES + (isCopied ? length : 0));
        frame.writeMedium(length).writeByte(Http2FrameTypes.DATA).writeByte(isLast ? END_STREAM : 0)
                .writeInt(stream.id());
        ByteBuf payload = null;
        if (length > 0) {
            connection.queued(-length);
            if (isCopied) {
                frame.writeBytes(head, length);
            } else {
                payload = head.readRetainedSlice(length);
            }
            dropSpentHead();
        }
        if (isLast) {
            endWritten = ctx.newPromise();
        }
        ctx.write(frame, isLast && payload == null ? endWritten : ctx.voidPromise());
        if (payload != null) {
            ctx.write(payload, isLast ? endWritten : ctx.voidPromise());
        }
    }

    private void dropSpentHead() {
        if (!head.isReadable()) {
            head.release();
            head = tail;
            tail = null;
        }
    }

    @Override
    public void writeComplete() {
        enqueued = false;
        if (stalled && listener != null) {
            stalled = false;
            // The flow controller is in the midst of its queues and takes nothing new now.
            connection.loop().loop().execute(this::drained);
        }
        if (endWritten != null) {
            connection.closeStreamLocal(stream, endWritten);
            if (!isTunnel && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
                // RFC 9113 §8.1: the response ended before its request, the rest of which nobody wants.
                connection.reset(stream, Http2Error.NO_ERROR);
            }
        }
    }

    private void drained() {
        if (size() > 0) {
            // More was written meanwhile.
            stalled = true;
        } else if (listener != null) {
            listener.onDrained();
        }
    }

    @Override
    public void error(ChannelHandlerContext ctx, Throwable cause) {
        // The stream is closed; whoever closed it has told the peer.
        gone = true;
        release();
    }

    @Override
    public boolean merge(ChannelHandlerContext ctx, Http2RemoteFlowController.FlowControlled next) {
        if (next != this) {
            return false;
        }
        takeIn();
        return true;
    }

    private void release() {
        connection.queued(-size());
        if (head != null) {
            head.release();
            head = null;
        }
        if (tail != null) {
            tail.release();
            tail = null;
        }
    }
}
