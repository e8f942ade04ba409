package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;

import io.tickgate.loadtest.wire.InflatedStream;
import io.tickgate.loadtest.wire.WebSocketFrames;

/** A subscriber over WebSocket frames (RFC 6455, permessage-deflate if asked for, no fragments). Owned by its event loop. */
abstract sealed class FrameSubscriber extends Subscriber permits WebSocketSubscriber, SocketIoSubscriber {
    private static final int MAX_FRAME_BYTES = 16 << 20;
    private static final int TEXT_FRAME = 0x80 | WebSocketFrames.TEXT;

    private static final int DEFLATED_TEXT_FRAME = TEXT_FRAME | WebSocketFrames.RSV1;

    private final String key;
    /** Null until something deflated comes, and as soon as messages need only be counted. */
    private InflatedStream inflated;
    private boolean broken;

    FrameSubscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        super(settings, index, tally, readiness);
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
    }

    /** The connection is open for frames. */
    abstract void onOpen(ChannelHandlerContext ctx);

    /** Something too short for a tick has come that is not decoded: at most a ping. */
    abstract void onUnseen(ChannelHandlerContext ctx);

    /** A complete text message. */
    abstract void onText(ChannelHandlerContext ctx, ByteBuf in, int from, int to);

    @Override
    String request() {
        String path = settings.path() == null ? settings.kind().path() : settings.path();
        return path + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + key + "\r\n" + (settings.coding() == Coding.DEFLATE
                        ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                        : "");
    }

    @Override
    void onResponse(ChannelHandlerContext ctx, String head) {
        if (!head.startsWith("HTTP/1.1 101") || !head.contains(WebSocketFrames.accept(key))) {
            end(ctx, "no WebSocket: " + head.lines().findFirst().orElse(""));
            return;
        }
        if (settings.coding() == Coding.DEFLATE) {
            String agreed = header(head, "sec-websocket-extensions");
            if (!agreed.startsWith(Coding.DEFLATE.token())) {
                end(ctx, "the server did not agree to permessage-deflate");
                return;
            }
        }
        onOpen(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropInflater();
        super.channelInactive(ctx);
    }

    private void dropInflater() {
        if (inflated != null) {
            inflated.close();
            inflated = null;
        }
    }

    @Override
    final void decode(ChannelHandlerContext ctx, ByteBuf in) {
        while (in.readableBytes() >= 2) {
            int at = in.readerIndex();
            int size = in.getByte(at + 1);
            int headBytes = size == 126 ? 4 : size == 127 ? 10 : 2;
            if (in.readableBytes() < headBytes) {
                return;
            }
            long length = size == 126 ? in.getUnsignedShort(at + 2) : size == 127 ? in.getLong(at + 2) : size;
            if (length < 0 || length > MAX_FRAME_BYTES) {
                end(ctx, "the server sent a masked or an oversize frame");
                return;
            }
            if (in.readableBytes() < headBytes + length) {
                return;
            }
            int from = at + headBytes;
            int to = (int) (from + length);
            onFrame(ctx, in, from, to, in.getUnsignedByte(at));
            in.readerIndex(to);
        }
    }

    final void sendText(ChannelHandlerContext ctx, String text) {
        send(ctx, WebSocketFrames.fromClient(WebSocketFrames.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    private void onDeflated(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        if (counts()) {
            if (!onUnread(to - from)) {
                onUnseen(ctx);
            }
            return;
        }
        if (broken) {
            return;
        }
        if (inflated == null) {
            inflated = InflatedStream.ofMessages();
        }
        ByteBuf text = ctx.alloc().buffer(4 * (to - from), MAX_FRAME_BYTES);
        try {
            inflated.decode(in, from, to, text);
            inflated.endMessage(text);
            onText(ctx, text, text.readerIndex(), text.writerIndex());
        } catch (IOException e) {
            broken = true;
            onUndecodable(ctx, e);
        } finally {
            text.release();
        }
        if (broken || counts()) {
            dropInflater();
        }
    }

    private void onFrame(ChannelHandlerContext ctx, ByteBuf in, int from, int to, int head) {
        if (head == TEXT_FRAME) {
            boolean isTick = settings.coding() == Coding.IDENTITY && counts() && onUnread(to - from);
            if (!isTick) {
                onText(ctx, in, from, to);
            }
        } else if (head == DEFLATED_TEXT_FRAME && settings.coding() == Coding.DEFLATE) {
            onDeflated(ctx, in, from, to);
        } else if (head == (0x80 | WebSocketFrames.PING)) {
            byte[] payload = ByteBufUtil.getBytes(in, from, to - from);
            send(ctx, WebSocketFrames.fromClient(WebSocketFrames.PONG, payload));
        } else if (head == (0x80 | WebSocketFrames.CLOSE)) {
            end(ctx, "closed: " + (to - from < 2
                    ? "no code"
                    : in.getUnsignedShort(from) + " " + in.toString(from + 2, to - from - 2, StandardCharsets.UTF_8)));
        }
    }
}
