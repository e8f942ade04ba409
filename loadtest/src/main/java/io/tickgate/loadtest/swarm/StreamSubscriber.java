package io.tickgate.loadtest.swarm;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** One event stream among others on a connection. Owned by the connection's event loop; an event's line stays under 1 MiB. */
final class StreamSubscriber {
    private static final int DATA = 0x64617461; // data
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final Tally tally;
    private final int base;
    private final List<String> channels;
    private Subscriber.Readiness readiness;
    private ByteBuf line;
    private boolean ended;

    StreamSubscriber(Tally tally, int base, List<String> channels, Subscriber.Readiness readiness) {
        this.tally = tally;
        this.base = base;
        this.channels = channels;
        this.readiness = readiness;
    }

    List<String> channels() {
        return channels;
    }

    /** Bytes of the stream's body. */
    void body(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        if (line != null) {
            line.writeBytes(in, from, to - from);
            line.readerIndex(lines(line, line.readerIndex(), line.writerIndex()));
            if (line.isReadable()) {
                line.discardSomeReadBytes();
            } else {
                release();
            }
            return;
        }
        int rest = lines(in, from, to);
        if (rest < to) {
            line = ctx.alloc().buffer(2 * (to - rest), MAX_LINE_BYTES).writeBytes(in, rest, to - rest);
        }
    }

    /** Takes the complete lines; returns where the unfinished one begins. */
    private int lines(ByteBuf in, int from, int to) {
        int start = from;
        int end = in.indexOf(start, to, (byte) '\n');
        while (end >= 0) {
            if (end - start > 5 && in.getInt(start) == DATA) {
                message(in, start + 5, end);
            }
            start = end + 1;
            end = in.indexOf(start, to, (byte) '\n');
        }
        return start;
    }

    private void message(ByteBuf in, int from, int to) {
        if (tally.onMessage(base, in, from, to)) {
            return;
        }
        String text = in.toString(from, to - from, StandardCharsets.UTF_8);
        if (readiness == null) {
            tally.onControl(text);
        } else if (SubscribeAnswer.refuses(text)) {
            settle(text);
        } else if (text.contains("\"op\":\"subscribed\"")) {
            settle(null);
        }
    }

    /** Ready, or with a reason: will never be. */
    void settle(String reason) {
        if (readiness != null) {
            Subscriber.Readiness told = readiness;
            readiness = null;
            told.settled(reason);
        }
    }

    /** The server has ended it. */
    void end(String reason) {
        if (!ended) {
            ended = true;
            if (readiness == null) {
                tally.onClosed();
            }
            settle(reason);
        }
    }

    void release() {
        if (line != null) {
            line.release();
            line = null;
        }
    }
}
