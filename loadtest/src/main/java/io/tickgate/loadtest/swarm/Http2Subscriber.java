package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * One connection of HTTP/2 (RFC 9113, prior knowledge or ALPN) whose streams are subscribers to server-sent events each. Owned by its event
 * loop; keeps only the bytes of unfinished frames and lines. Windows are opened so wide that they never limit.
 */
final class Http2Subscriber extends ChannelInboundHandlerAdapter implements Swarm.Member {
    private static final int HEADER_BYTES = 9;
    private static final int MAX_FRAME_BYTES = 16_384;
    private static final int WIDEST_WINDOW = Integer.MAX_VALUE;
    private static final int INITIAL_WINDOW = 65_535;
    private static final int WINDOW_TO_RENEW = 1 << 30;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    /** In HPACK's static table (RFC 7541 appendix A), as the next ones. */
    private static final int SCHEME_HTTP = 0x86;
    private static final int SCHEME_HTTPS = 0x87;
    /** {@code :status: 200}. */
    private static final int STATUS_200 = 0x88;

    private final SwarmSettings settings;
    private final Tally tally;
    private final StreamSubscriber[] streams;
    private ByteBuf pending;
    private int unreturned;
    private boolean leaving;

    /**
     * @param first the index of its first stream's subscriber
     * @param count of its streams
     */
    Http2Subscriber(SwarmSettings settings, int first, int count, Tally tally, Subscriber.Readiness readiness) {
        this.settings = settings;
        this.tally = tally;
        streams = new StreamSubscriber[count];
        for (int i = 0; i < count; i++) {
            int base = tally.addSubscriber(settings.firstChannel(first + i), true);
            streams[i] = new StreamSubscriber(tally, base, settings.channelsOf(first + i), readiness);
        }
    }

    @Override
    public void leave() {
        leaving = true;
    }

    @Override
    public void settle(String reason) {
        for (StreamSubscriber stream : streams) {
            stream.settle(reason);
        }
    }

    // What goes out.

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ByteBuf out = ctx.alloc().buffer();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        // SETTINGS_INITIAL_WINDOW_SIZE (§6.5.2).
        frameHeader(out, 6, SETTINGS, 0, 0).writeShort(4).writeInt(WIDEST_WINDOW);
        frameHeader(out, 4, WINDOW_UPDATE, 0, 0).writeInt(WIDEST_WINDOW - INITIAL_WINDOW);
        for (int i = 0; i < streams.length; i++) {
            byte[] block = request(streams[i].channels());
            frameHeader(out, block.length, HEADERS, END_STREAM | END_HEADERS, 1 + 2 * i).writeBytes(block);
        }
        send(ctx, out);
    }

    private byte[] request(List<String> channels) {
        byte[] path = (settings.kind().path() + "?channels=" + String.join(",", channels))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] authority = settings.target().getAuthority().getBytes(StandardCharsets.US_ASCII);
        ByteBuf block = Unpooled.buffer();
        // :method GET, :scheme, :path and :authority as literals without indexing (RFC 7541 §6.2.2).
        block.writeByte(0x82).writeByte(settings.isSecure() ? SCHEME_HTTPS : SCHEME_HTTP).writeByte(0x04);
        string(block, path);
        block.writeByte(0x01);
        string(block, authority);
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    /** RFC 7541 §5.1, §5.2, without Huffman coding. */
    private static void string(ByteBuf out, byte[] value) {
        int limit = 0x7f;
        if (value.length < limit) {
            out.writeByte(value.length);
        } else {
            out.writeByte(limit);
            int rest = value.length - limit;
            while (rest >= 0x80) {
                out.writeByte((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.writeByte(rest);
        }
        out.writeBytes(value);
    }

    private static ByteBuf frameHeader(ByteBuf out, int length, int type, int flags, int stream) {
        return out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    private static void send(ChannelHandlerContext ctx, ByteBuf out) {
        ctx.writeAndFlush(out).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    // What comes in.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        tally.onRead(in.readableBytes());
        if (pending != null) {
            pending.writeBytes(in);
            in.release();
            in = pending;
            pending = null;
        }
        while (frame(ctx, in)) {
            // The next one.
        }
        if (in.isReadable()) {
            pending = ctx.alloc().buffer(HEADER_BYTES + MAX_FRAME_BYTES).writeBytes(in);
        }
        in.release();
    }

    private boolean frame(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() < HEADER_BYTES) {
            return false;
        }
        int at = in.readerIndex();
        int length = in.getUnsignedMedium(at);
        if (length > MAX_FRAME_BYTES) {
            end(ctx, "the server sent an oversize frame");
            return false;
        }
        if (in.readableBytes() < HEADER_BYTES + length) {
            return false;
        }
        int from = at + HEADER_BYTES;
        in.readerIndex(from + length);
        int stream = in.getInt(at + 5);
        frame(ctx, in, in.getByte(at + 3), in.getByte(at + 4), stream, from, length);
        return true;
    }

    private void frame(ChannelHandlerContext ctx, ByteBuf in, int type, int flags, int stream, int from, int length) {
        switch (type) {
            case DATA -> data(ctx, in, flags, streams[(stream - 1) / 2], from, length);
            case HEADERS -> {
                boolean isGood = length > 0 && in.getUnsignedByte(from) == STATUS_200 && (flags & END_STREAM) == 0;
                if (!isGood) {
                    streams[(stream - 1) / 2].end("the server did not answer 200");
                }
            }
            case RST_STREAM -> streams[(stream - 1) / 2].end("the server reset the stream");
            case GOAWAY -> end(ctx, "the server sends everybody away");
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    send(ctx, frameHeader(ctx.alloc().buffer(), 0, SETTINGS, ACK, 0));
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    send(ctx, frameHeader(ctx.alloc().buffer(), length, PING, ACK, 0).writeBytes(in, from, length));
                }
            }
            default -> {
                // Windows never limit us, and what else there is says nothing to subscribers.
            }
        }
    }

    private void data(ChannelHandlerContext ctx, ByteBuf in, int flags, StreamSubscriber stream, int from,
            int length) {
        if ((flags & PADDED) == 0) {
            stream.body(ctx, in, from, from + length);
        } else {
            end(ctx, "padding is not understood");
        }
        if ((flags & END_STREAM) != 0) {
            stream.end("the stream ended");
        }
        unreturned += length;
        if (unreturned > WINDOW_TO_RENEW) {
            send(ctx, frameHeader(ctx.alloc().buffer(), 4, WINDOW_UPDATE, 0, 0).writeInt(unreturned));
            unreturned = 0;
        }
    }

    // The end.

    private void end(ChannelHandlerContext ctx, String reason) {
        settle(reason);
        ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (pending != null) {
            pending.release();
            pending = null;
        }
        for (StreamSubscriber stream : streams) {
            stream.release();
            if (!leaving) {
                stream.end("the server closed the connection");
            }
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
}
