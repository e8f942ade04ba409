package io.tickgate.gateway.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Lets an HTTP/2 connection have no more than its turn: of what the peer has sent, {@link #MAX_FRAMES} frames are handled, then
 * whatever else the loop has to do. One read may bring thousands, each of them a request, and everybody's updates would wait
 * until all are answered. Owned by the connection's loop; holds what reads have brought already, and nothing more is read until
 * that is handled.
 *
 * <p>Frames are told apart by their lengths alone (RFC 9113 §4.1); what is no frame the handler behind finds out.
 */
final class Http2Turns extends ChannelDuplexHandler {
    /** Some 32 requests that are reset at once, or 64 that are not. */
    static final int MAX_FRAMES = 64;

    /** The client's preface (RFC 9113 §3.4) comes before its first frame. */
    private static final int PREFACE_BYTES = 24;
    private static final int LENGTH_BYTES = 3;
    /** Type, flags and stream, which follow the length. */
    private static final int REST_OF_HEAD_BYTES = 6;

    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private int framesLeft = MAX_FRAMES;
    private int bytesUntilFrame = PREFACE_BYTES;
    /** Of the next frame, as far as it was read. */
    private int length;
    private int lengthBytesRead;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add((ByteBuf) message);
        if (waiting.size() == 1) {
            handOn(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (waiting.isEmpty()) {
            framesLeft = MAX_FRAMES;
        }
    }

    private void handOn(ChannelHandlerContext ctx) {
        while (!waiting.isEmpty()) {
            ByteBuf bytes = waiting.peek();
            int now = bytesOfTurn(bytes);
            if (now < bytes.readableBytes()) {
                ByteBuf last = bytes.readRetainedSlice(now);
                ctx.channel().config().setAutoRead(false);
                // Due at once, and yet not before the loop has looked at its other connections.
                ctx.executor().schedule(() -> nextTurn(ctx), 0, TimeUnit.NANOSECONDS);
                ctx.fireChannelRead(last);
                return;
            }
            ctx.fireChannelRead(waiting.remove());
        }
    }

    private void nextTurn(ChannelHandlerContext ctx) {
        if (waiting.isEmpty()) {
            // The connection was closed meanwhile.
            return;
        }
        framesLeft = MAX_FRAMES;
        handOn(ctx);
        channelReadComplete(ctx);
        if (waiting.isEmpty()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Counts the frames that begin in these bytes, up to the last that may. */
    private int bytesOfTurn(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && (bytesUntilFrame > 0 || framesLeft > 0)) {
            if (bytesUntilFrame > 0) {
                int passed = Math.min(bytesUntilFrame, bytes.writerIndex() - at);
                bytesUntilFrame -= passed;
                at += passed;
            } else {
                readLength(bytes.getUnsignedByte(at++));
            }
        }
        return at - bytes.readerIndex();
    }

    private void readLength(int next) {
        length = length << Byte.SIZE | next;
        if (++lengthBytesRead == LENGTH_BYTES) {
            bytesUntilFrame = REST_OF_HEAD_BYTES + length;
            length = 0;
            lengthBytesRead = 0;
            framesLeft--;
        }
    }

    /** Whoever reads on from behind is served from here first. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (waiting.isEmpty()) {
            ctx.read();
        }
    }

    /** A peer that has gone can't be answered any more. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }
}
