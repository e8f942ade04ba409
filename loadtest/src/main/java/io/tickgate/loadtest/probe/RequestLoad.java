package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import org.HdrHistogram.Histogram;

import io.tickgate.loadtest.publish.Schedule;

/**
 * Asks one HTTP resource at a rate that waits for nobody, over connections that are kept and asked in turn. Used by one thread, once.
 * Requests that are due while the answer before is awaited go behind it (RFC 9112 §9.3.2), and their lateness counts.
 */
public final class RequestLoad {
    private static final int PATIENCE_S = 30;
    private static final long TICK_NS = 1_000_000;
    /** Servers take no more than some from a client that does not wait. */
    private static final int MAX_PIPELINED = 8;

    /**
     * What came of it.
     *
     * @param answered with 200
     * @param failed with anything else, or not at all
     * @param latencyMicros from the instant a request was due to its whole answer
     */
    public record Result(long answered, long failed, double perSecond, Quantiles latencyMicros) {}

    private final URI target;
    private final byte[] request;
    private final Histogram latencyNs = new Histogram(1_000, 60_000_000_000L, 3);
    private final List<Asker> askers = new ArrayList<>();
    private Schedule schedule;
    private long total;
    private long due;
    private long answered;
    private long failed;
    private long lastAnswerNs;
    private final CountDownLatch done = new CountDownLatch(1);

    /** @param target the resource, {@code http://host:port/path} */
    public RequestLoad(URI target) {
        this.target = target;
        request = ("GET " + target.getRawPath() + " HTTP/1.1\r\nHost: " + target.getAuthority() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Asks for so long, and waits for the last answers.
     *
     * @throws IOException if the server can't be reached
     */
    public Result run(int connections, double perSecond, int durationMs) throws IOException, InterruptedException {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            EventLoop loop = group.next();
            Bootstrap bootstrap = new Bootstrap().group(loop).channel(EpollSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_LINGER, 0);
            for (int i = 0; i < connections; i++) {
                Asker asker = new Asker();
                var connected = bootstrap.handler(asker)
                        .connect(new InetSocketAddress(target.getHost(), target.getPort())).await();
                if (!connected.isSuccess()) {
                    throw new IOException("can't connect to " + target, connected.cause());
                }
                askers.add(asker);
            }
            total = Math.round(perSecond * durationMs / 1e3);
            long startNs = System.nanoTime();
            schedule = new Schedule(startNs, perSecond, 1);
            var ticks = loop.scheduleAtFixedRate(this::askDue, 0, TICK_NS, TimeUnit.NANOSECONDS);
            boolean isWhole = done.await(durationMs / 1_000 + PATIENCE_S, TimeUnit.SECONDS);
            ticks.cancel(false);
            return loop.submit(() -> result(startNs, isWhole)).await().getNow();
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private Result result(long startNs, boolean isWhole) {
        long missing = isWhole ? 0 : total - answered - failed;
        return new Result(answered, failed + missing, answered * 1e9 / (lastAnswerNs - startNs),
                Quantiles.of(latencyNs));
    }

    private void askDue() {
        long now = System.nanoTime();
        while (due < total && schedule.dueNs(due) <= now) {
            askers.get((int) (due % askers.size())).ask(schedule.dueNs(due));
            due++;
        }
        askers.forEach(Asker::flush);
    }

    private void settled(boolean isGood, long dueNs) {
        lastAnswerNs = System.nanoTime();
        if (isGood) {
            answered++;
            latencyNs.recordValue(Math.min(lastAnswerNs - dueNs, latencyNs.getHighestTrackableValue()));
        } else {
            failed++;
        }
        if (answered + failed == total) {
            done.countDown();
        }
    }

    /** One connection: writes requests, matches answers in their order. */
    private final class Asker extends ChannelInboundHandlerAdapter {
        private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

        /** By when they were due: what was sent, and what is to be sent when some of it has been answered. */
        private final ArrayDeque<Long> awaited = new ArrayDeque<>();
        private final ArrayDeque<Long> waiting = new ArrayDeque<>();
        private ChannelHandlerContext context;
        private ByteBuf pending;
        private boolean dirty;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            context = ctx;
        }

        void ask(long dueNs) {
            if (!context.channel().isActive()) {
                settled(false, dueNs);
                return;
            }
            waiting.add(dueNs);
            pump();
        }

        private void pump() {
            while (awaited.size() < MAX_PIPELINED && !waiting.isEmpty()) {
                awaited.add(waiting.remove());
                context.write(context.alloc().buffer(request.length).writeBytes(request), context.voidPromise());
                dirty = true;
            }
        }

        void flush() {
            if (dirty) {
                dirty = false;
                context.flush();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (pending != null) {
                pending.writeBytes(bytes);
                bytes.release();
                bytes = pending;
                pending = null;
            }
            while (takeAnswer(bytes)) {
                bytes.discardSomeReadBytes();
            }
            pump();
            flush();
            if (bytes.isReadable()) {
                pending = ctx.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
            }
            bytes.release();
        }

        private boolean takeAnswer(ByteBuf in) {
            int start = in.readerIndex();
            int headEnd = start;
            while (headEnd + 4 <= in.writerIndex() && in.getInt(headEnd) != 0x0d0a0d0a) {
                headEnd++;
            }
            if (headEnd + 4 > in.writerIndex()) {
                return false;
            }
            int end = headEnd + 4 + length(in, start, headEnd);
            if (end > in.writerIndex()) {
                return false;
            }
            // "HTTP/1.1 200"
            boolean isGood = in.getByte(start + 9) == '2';
            in.readerIndex(end);
            settled(isGood, awaited.remove());
            return true;
        }

        private int length(ByteBuf in, int from, int to) {
            for (int at = from; at + LENGTH.length < to; at++) {
                if (in.getByte(at) == '\n' && matches(in, at + 1)) {
                    int value = 0;
                    for (int i = at + 1 + LENGTH.length; in.getByte(i) != '\r'; i++) {
                        value = 10 * value + in.getByte(i) - '0';
                    }
                    return value;
                }
            }
            return 0;
        }

        private boolean matches(ByteBuf in, int at) {
            for (int i = 0; i < LENGTH.length; i++) {
                if ((in.getByte(at + i) | 0x20) != (LENGTH[i] | 0x20)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (pending != null) {
                pending.release();
                pending = null;
            }
            awaited.addAll(waiting);
            waiting.clear();
            while (!awaited.isEmpty()) {
                settled(false, awaited.remove());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
