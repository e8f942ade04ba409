package io.tickgate.gateway.http;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.kernel.DirectSend;
import io.tickgate.gateway.kernel.SendRing;

/**
 * Writes raw bytes to one TCP connection by the shortest way there is. Owned by the connection's loop; what it holds unsent
 * is bounded by whoever asks {@link #pendingBytes()} before writing.
 *
 * <p>On plain sockets with nothing pending, shared bytes go from their buffer straight to the kernel: no allocation, no
 * pipeline. With epoll they go at once, with io_uring together with those of the loop's other connections, as soon as anything is
 * asked of one of them. What the kernel doesn't take is copied and queued, and everything after it queues behind. Otherwise, and
 * under TLS, bytes go through the pipeline.
 */
final class SocketWriter implements ByteStream, SendRing.Sender {
    private static final Logger LOG = LoggerFactory.getLogger(SocketWriter.class);

    /** Of an io_uring connection, which stays there; others may have moved to another one. */
    private final HttpLoop loop;
    private final Channel channel;
    private final boolean hasTls;
    /** Where bytes can be sent to directly, or null. */
    private final Socket socket;
    /** What sends to it, or null if it does so itself. */
    private final SendRing ring;
    /** Where in the ring a send of ours is that was not looked after yet, or -1. */
    private int sending = -1;
    /** Bytes written to the pipeline since the last flush; TLS shows them nowhere else. */
    private long unflushedBytes;
    private boolean broken;
    /**
     * Whether something was queued and may wait still. While nothing does, a write looks at nothing but the socket: with
     * thousands of connections each further object is a cache miss.
     */
    private boolean queued;
    private final boolean isDelayed;
    /** What was pending when that was last asked. */
    private long pendingBytes;
    /** What was written as the connection broke or later: the kernel has not taken it and never will. */
    private long lostBytes;
    private Runnable onDrained;
    /** Whether an empty write stands behind all others, whose end is awaited. */
    private boolean watching;

    SocketWriter(HttpLoop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
        hasTls = channel.pipeline().get(SslHandler.class) != null;
        isDelayed = channel instanceof IoUringSocketChannel;
        ring = isDelayed && !hasTls ? loop.sendRing() : null;
        boolean isDirect = !hasTls && (ring != null || channel instanceof EpollSocketChannel);
        socket = isDirect ? (Socket) ((UnixChannel) channel).fd() : null;
    }

    @Override
    public void write(ByteBuf shared) {
        assert channel.eventLoop().inEventLoop();
        finishSend();
        int length = shared.readableBytes();
        if (isGone()) {
            lostBytes += length;
            return;
        }
        if (length == 0) {
            return;
        }
        if (isWaiting()) {
            queue(copy(shared, shared.readerIndex(), length));
        } else if (socket == null || !shared.hasMemoryAddress()) {
            queue(shared.retainedSlice());
        } else if (ring == null) {
            send(shared, length);
        } else {
            sending = ring.add(this, socket.intValue(), shared);
            if (sending < 0) {
                queue(shared.retainedSlice());
            }
        }
    }

    private boolean isGone() {
        return broken || !isOpen();
    }

    @Override
    public boolean isOpen() {
        return socket == null ? channel.isActive() : socket.isOpen();
    }

    private void send(ByteBuf shared, int length) {
        long address = shared.memoryAddress() + shared.readerIndex();
        int sent = DirectSend.send(socket.intValue(), address, length);
        if (sent < 0) {
            try {
                sent = socket.sendAddress(address, 0, length);
            } catch (IOException e) {
                fail(length, e);
                return;
            }
        }
        if (sent < length) {
            queueRest(shared, sent);
        }
    }

    private void fail(int length, Throwable cause) {
        // The peer has reset the connection. The caller may be walking a list of connections, so that its end must be
        // told later: Netty tells it in a task of its own.
        broken = true;
        lostBytes += length;
        LOG.debug("{} is gone: {}", channel, cause.getMessage());
        channel.close();
    }

    private void queueRest(ByteBuf shared, int sent) {
        // A retained slice would pin the whole turn's buffer for one slow reader.
        queue(copy(shared, shared.readerIndex() + sent, shared.readableBytes() - sent));
        flush();
    }

    /** What was given to the ring has been taken when this returns, or waits. */
    private void finishSend() {
        if (sending >= 0) {
            ring.finish(sending);
        }
    }

    @Override
    public void sent(ByteBuf shared, int sent) {
        sending = -1;
        int length = shared.readableBytes();
        if (sent == length) {
            return;
        }
        try {
            if (sent < 0) {
                fail(length, new IOException("error " + -sent));
            } else if (isGone()) {
                lostBytes += length;
            } else {
                queueRest(shared, sent);
            }
        } catch (RuntimeException | Error fault) {
            // Told in the midst of others' sends, which must not suffer.
            loop.failed("queueing what a socket did not take", fault);
            fail(length, fault);
        }
    }

    @Override
    public void writeAndRelease(ByteBuf own) {
        assert channel.eventLoop().inEventLoop();
        finishSend();
        if (isGone() || !own.isReadable()) {
            lostBytes += own.readableBytes();
            own.release();
        } else {
            queue(own);
        }
    }

    private ByteBuf copy(ByteBuf shared, int index, int length) {
        return channel.alloc().directBuffer(length).writeBytes(shared, index, length);
    }

    private void queue(ByteBuf bytes) {
        queued = true;
        unflushedBytes += bytes.readableBytes();
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void flush() {
        finishSend();
        if (unflushedBytes > 0) {
            // The flush may find out that the connection is lost.
            notePending();
            unflushedBytes = 0;
            channel.flush();
            watch();
        }
    }

    /**
     * Has it told, on the loop and outside of every call here, when what a flush left pending has been taken.
     *
     * @param listener null for nobody
     */
    void onDrained(Runnable listener) {
        onDrained = listener;
        if (unflushedBytes == 0) {
            watch();
        }
    }

    /**
     * Puts an empty write behind what is pending, which is done when all before it is: Netty tells by itself only who had passed
     * the high watermark. Where the kernel takes everything at once this does nothing.
     */
    private void watch() {
        if (onDrained == null || watching || !isWaiting()) {
            return;
        }
        watching = true;
        ChannelPromise behind = channel.newPromise();
        behind.addListener(taken -> {
            if (taken.isSuccess()) {
                // Netty still counts what it has just written, and is in the midst of a flush.
                channel.eventLoop().execute(this::taken);
            }
        });
        // Below TLS, which would make a record of it.
        channel.unsafe().write(Unpooled.EMPTY_BUFFER, behind);
        if (unflushedBytes == 0) {
            channel.unsafe().flush();
        }
    }

    private void taken() {
        watching = false;
        if (isWaiting()) {
            // More was written meanwhile, perhaps not flushed yet.
            watch();
        } else if (onDrained != null) {
            onDrained.run();
        }
    }

    @Override
    public long pendingBytes() {
        finishSend();
        // Only who is gone has lost anything. To find out reads the socket, too, which whoever asks is about to write to.
        return isWaiting() || isGone() ? pendingBytes + lostBytes : 0;
    }

    /** Whether something that was queued has not been taken yet. */
    private boolean isWaiting() {
        if (queued) {
            notePending();
            queued = pendingBytes > 0;
        }
        return queued;
    }

    /** What was pending on a connection that is closed by now is lost, and stays what it was. */
    private void notePending() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound != null) {
            // Without TLS what isn't flushed is in the outbound buffer already; isEmpty() there would not see it.
            pendingBytes = outbound.totalPendingWriteBytes() + (hasTls ? unflushedBytes : 0);
        }
    }

    /** With io_uring what goes through the pipeline leaves only after the loop's turn. */
    @Override
    public boolean isDelayed() {
        return isDelayed;
    }
}
