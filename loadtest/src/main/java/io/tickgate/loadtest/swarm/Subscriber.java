package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * One connection of the swarm: sends its request and subscriptions, says when it is ready, then hands each message to its loop's
 * tally. Owned by its event loop; keeps only the bytes of an unfinished message.
 */
abstract sealed class Subscriber extends ChannelInboundHandlerAdapter implements Swarm.Member
        permits FrameSubscriber, EventSubscriber {
    private static final int MAX_RESPONSE_HEAD_BYTES = 16 << 10;
    /** A tick's instants alone take more, however they are compressed; heartbeats and what ends a zstd frame take less. */
    private static final int MIN_TICK_BYTES = 10;

    /** What becomes of a connection, told once, on its event loop. */
    interface Readiness {
        /** @param reason why it will not get ready, null once it is */
        void settled(String reason);
    }

    final SwarmSettings settings;
    final List<String> channels;
    /** Whether what comes is looked into, rather than counted. */
    final boolean verified;
    private final Tally tally;
    private final int base;
    private Readiness readiness;
    private ByteBuf pending;
    private boolean streaming;
    private boolean leaving;

    Subscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        this.settings = settings;
        this.channels = settings.channelsOf(index);
        this.tally = tally;
        this.verified = settings.verifies(index);
        this.base = tally.addSubscriber(settings.firstChannel(index), verified);
        this.readiness = readiness;
    }

    /** The request line's target and header lines without Host, each ended by CR LF. */
    abstract String request();

    /** The response's head has come, its status line first. */
    abstract void onResponse(ChannelHandlerContext ctx, String head);

    /** Takes all complete messages out of {@code in}. */
    abstract void decode(ChannelHandlerContext ctx, ByteBuf in);

    /** A message without a tick, before the connection is ready. */
    abstract void onGreeting(ChannelHandlerContext ctx, String text);

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        String text = "GET " + request() + "Host: " + settings.target().getHost() + ":" + settings.target().getPort()
                + "\r\n\r\n";
        send(ctx, text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        tally.onRead(in.readableBytes());
        boolean unfinished = pending != null;
        ByteBuf bytes = unfinished ? pending.writeBytes(in) : in;
        if (unfinished) {
            in.release();
        }
        advance(ctx, bytes);
        if (!bytes.isReadable()) {
            bytes.release();
            pending = null;
        } else if (unfinished) {
            pending.discardSomeReadBytes();
        } else {
            // Into a buffer of this connection's own, so that the read buffer is free again.
            pending = ctx.alloc().buffer(2 * in.readableBytes()).writeBytes(in);
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (pending != null) {
            pending.release();
            pending = null;
        }
        if (readiness != null) {
            settle("the server closed the connection");
        } else if (!leaving) {
            tally.onClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            end(ctx, cause.getMessage());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public final void leave() {
        leaving = true;
    }

    final void onMessage(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        if (tally.onMessage(base, in, from, to)) {
            return;
        }
        String text = in.toString(from, to - from, StandardCharsets.UTF_8);
        if (readiness == null) {
            tally.onControl(text);
        } else {
            onGreeting(ctx, text);
        }
    }

    /** Whether what comes now is not looked into. */
    final boolean counts() {
        return !verified && !awaited();
    }

    /** A message of that many bytes has come that is not looked into; false if it is too short for a tick, and so not counted. */
    final boolean onUnread(long bytes) {
        if (bytes < (settings.coding() == Coding.IDENTITY ? settings.payloadBytes() : MIN_TICK_BYTES)) {
            return false;
        }
        tally.onCounted(base);
        return true;
    }

    /** What came can't be decoded: nothing behind it can. */
    final void onUndecodable(ChannelHandlerContext ctx, IOException fault) {
        if (!awaited()) {
            tally.onUndecodable();
            leave();
        }
        end(ctx, "not " + settings.coding().token() + ": " + fault.getMessage());
    }

    /** The values of a response's header lines of that name, in lower case; empty if there is none. */
    static String header(String head, String lowerName) {
        return head.toLowerCase(Locale.ROOT).lines().filter(line -> line.startsWith(lowerName + ":"))
                .map(line -> line.substring(lowerName.length() + 1).strip()).collect(Collectors.joining(", "));
    }

    /** Ready, or with a reason: will never be. */
    @Override
    public final void settle(String reason) {
        if (readiness != null) {
            Readiness told = readiness;
            readiness = null;
            told.settled(reason);
        }
    }

    /** Closes; if the connection was not ready yet, {@code reason} is why it will not be. */
    final void end(ChannelHandlerContext ctx, String reason) {
        settle(reason);
        ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    final boolean awaited() {
        return readiness != null;
    }

    final void send(ChannelHandlerContext ctx, byte[] bytes) {
        ctx.writeAndFlush(ctx.alloc().buffer(bytes.length).writeBytes(bytes))
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private void advance(ChannelHandlerContext ctx, ByteBuf in) {
        if (!streaming) {
            int end = headEnd(in);
            if (end < 0) {
                if (in.readableBytes() > MAX_RESPONSE_HEAD_BYTES) {
                    end(ctx, "the response head has no end");
                }
                return;
            }
            streaming = true;
            String head = in.readCharSequence(end - in.readerIndex(), StandardCharsets.ISO_8859_1).toString();
            in.skipBytes(4);
            onResponse(ctx, head);
        }
        decode(ctx, in);
    }

    private static int headEnd(ByteBuf in) {
        for (int at = in.readerIndex(); at + 4 <= in.writerIndex(); at++) {
            if (in.getInt(at) == 0x0d0a0d0a) {
                return at;
            }
        }
        return -1;
    }
}
