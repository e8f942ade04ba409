package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import io.tickgate.loadtest.wire.BrotliStream;
import io.tickgate.loadtest.wire.ContentDecoder;
import io.tickgate.loadtest.wire.InflatedStream;
import io.tickgate.loadtest.wire.ZstdStream;

/** A subscriber to server-sent events over HTTP/1.1, chunked or not, compressed only in chunks. Owned by its event loop; an event's line stays under 1 MiB. */
final class EventSubscriber extends Subscriber {
    private static final int DATA = 0x64617461; // data
    private static final int MAX_LINE_BYTES = 1 << 20;

    private boolean chunked;
    /** Bytes left of the chunk that is being read; -2 while its closing CR LF is due, -1 before its size. */
    private long chunkLeft = -1;
    /** Decoded bytes of an unfinished line, null as long as lines come whole. */
    private ByteBuf line;
    /** Whether chunks are counted from the one at hand on, rather than read. */
    private boolean skipped;
    /** Null for a body that is not compressed, and as soon as chunks need only be counted. */
    private ContentDecoder decoder;

    EventSubscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        super(settings, index, tally, readiness);
    }

    @Override
    String request() {
        String path = settings.path() == null
                ? settings.kind().path() + "?channels=" + String.join(",", channels)
                : settings.path();
        return path + " HTTP/1.1\r\nAccept: text/event-stream\r\n" + (settings.coding() == Coding.IDENTITY
                ? ""
                : "Accept-Encoding: " + settings.coding().token() + "\r\n");
    }

    @Override
    void onResponse(ChannelHandlerContext ctx, String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        chunked = lower.contains("transfer-encoding: chunked");
        if (!lower.startsWith("http/1.1 200") || !lower.contains("text/event-stream")) {
            end(ctx, "no event stream: " + head.lines().findFirst().orElse(""));
            return;
        }
        if (settings.coding() != Coding.IDENTITY) {
            if (!header(head, "content-encoding").equals(settings.coding().token()) || !chunked) {
                end(ctx, "the server did not agree to " + settings.coding().token() + " in chunks");
                return;
            }
            decoder = decoder();
        }
        if (!settings.awaitAnswer()) {
            settle(null);
        }
    }

    private ContentDecoder decoder() {
        return switch (settings.coding()) {
            case GZIP -> InflatedStream.ofGzip();
            case ZSTD -> new ZstdStream();
            case BR -> new BrotliStream();
            case IDENTITY, DEFLATE -> throw new IllegalStateException(settings.coding() + " is no content coding");
        };
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
        dropBody();
        super.channelInactive(ctx);
    }

    private void dropBody() {
        if (line != null) {
            line.release();
            line = null;
        }
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
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
            if (skipped) {
                // It is counted.
            } else if (settings.coding() == Coding.IDENTITY) {
                body(ctx, in, in.readerIndex(), in.readerIndex() + take);
            } else if (decoder != null) {
                compressed(ctx, in, in.readerIndex(), in.readerIndex() + take);
            }
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
        } else if (counts()) {
            skipped = true;
            dropBody();
            onUnread(size);
        }
        return size > 0;
    }

    private void compressed(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        ByteBuf decoded = ctx.alloc().buffer(4 * (to - from), MAX_LINE_BYTES);
        try {
            decoder.decode(in, from, to, decoded);
            body(ctx, decoded, decoded.readerIndex(), decoded.writerIndex());
        } catch (IOException e) {
            dropBody();
            onUndecodable(ctx, e);
        } finally {
            decoded.release();
        }
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
