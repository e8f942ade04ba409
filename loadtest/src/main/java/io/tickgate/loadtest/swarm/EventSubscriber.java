package io.tickgate.loadtest.swarm;

import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** A subscriber to server-sent events over HTTP/1.1, chunked or not. Owned by its event loop; an event's line stays under 1 MiB. */
final class EventSubscriber extends Subscriber {
    private static final int DATA = 0x64617461; // data
    private static final int MAX_LINE_BYTES = 1 << 20;

    private boolean chunked;
    /** Bytes left of the chunk that is being read; -2 while its closing CR LF is due, -1 before its size. */
    private long chunkLeft = -1;
    /** Decoded bytes of an unfinished line, null as long as lines come whole. */
    private ByteBuf line;

    EventSubscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        super(settings, index, tally, readiness);
    }

    @Override
    String request() {
        String path = settings.path() == null
                ? settings.kind().path() + "?channels=" + String.join(",", channels)
                : settings.path();
        return path + " HTTP/1.1\r\nAccept: text/event-stream\r\n";
    }

    @Override
    void onResponse(ChannelHandlerContext ctx, String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        chunked = lower.contains("transfer-encoding: chunked");
        if (!lower.startsWith("http/1.1 200") || !lower.contains("text/event-stream")) {
            end(ctx, "no event stream: " + head.lines().findFirst().orElse(""));
        } else if (!settings.awaitAnswer()) {
            settle(null);
        }
    }

    @Override
    void onGreeting(ChannelHandlerContext ctx, String text) {
        if (SubscribeAnswer.refuses(text)) {
            settle(text);
        } else if (text.contains("\"op\":\"subscribed\"")) {
            settle(null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (line != null) {
            line.release();
            line = null;
        }
        super.channelInactive(ctx);
    }

    @Override
    void decode(ChannelHandlerContext ctx, ByteBuf in) {
        if (!chunked) {
            body(ctx, in, in.readerIndex(), in.writerIndex());
            in.readerIndex(in.writerIndex());
            return;
        }
        while (chunkLeft > 0 ? in.isReadable() : chunkHead(ctx, in)) {
            int take = (int) Math.min(chunkLeft, in.readableBytes());
            body(ctx, in, in.readerIndex(), in.readerIndex() + take);
            in.skipBytes(take);
            chunkLeft -= take;
            if (chunkLeft == 0) {
                chunkLeft = -2;
            }
        }
    }

    /** Reads up to the next chunk's first byte (RFC 9112 §7.1); false if that has not come. */
    private boolean chunkHead(ChannelHandlerContext ctx, ByteBuf in) {
        if (chunkLeft == -2) {
            if (in.readableBytes() < 2) {
                return false;
            }
            in.skipBytes(2);
            chunkLeft = -1;
        }
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        if (end < 0) {
            return false;
        }
        long size = 0;
        for (int at = in.readerIndex(); at < end && Character.digit(in.getByte(at), 16) >= 0; at++) {
            size = size << 4 | Character.digit(in.getByte(at), 16);
        }
        in.readerIndex(end + 1);
        chunkLeft = size;
        if (size == 0) {
            end(ctx, "the stream ended");
        }
        return size > 0;
    }

    private void body(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        if (line != null) {
            line.writeBytes(in, from, to - from);
            int rest = lines(ctx, line, line.readerIndex(), line.writerIndex());
            line.readerIndex(rest);
            if (line.isReadable()) {
                line.discardSomeReadBytes();
            } else {
                line.release();
                line = null;
            }
            return;
        }
        int rest = lines(ctx, in, from, to);
        if (rest < to) {
            line = ctx.alloc().buffer(2 * (to - rest), MAX_LINE_BYTES).writeBytes(in, rest, to - rest);
        }
    }

    /** Takes the complete lines; returns where the unfinished one begins. */
    private int lines(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        int start = from;
        int end = in.indexOf(start, to, (byte) '\n');
        while (end >= 0) {
            if (end - start > 5 && in.getInt(start) == DATA) {
                onMessage(ctx, in, start + 5, end);
            }
            start = end + 1;
            end = in.indexOf(start, to, (byte) '\n');
        }
        return start;
    }
}
