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
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
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
    private static final int MAX_ANSWER_BYTES = 1 << 20;

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
                var connected = bootstrap.handler(initializer(asker))
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

    private static ChannelInitializer<Channel> initializer(Asker asker) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpResponseDecoder(), new HttpObjectAggregator(MAX_ANSWER_BYTES),
                        asker);
            }
        };
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
    private final class Asker extends SimpleChannelInboundHandler<FullHttpResponse> {
        /** By when they were due: what was sent, and what is to be sent when some of it has been answered. */
        private final ArrayDeque<Long> awaited = new ArrayDeque<>();
        private final ArrayDeque<Long> waiting = new ArrayDeque<>();
        private Channel channel;
        private boolean dirty;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
        }

        void ask(long dueNs) {
            if (!channel.isActive()) {
                settled(false, dueNs);
                return;
            }
            waiting.add(dueNs);
            pump();
        }

        private void pump() {
            while (awaited.size() < MAX_PIPELINED && !waiting.isEmpty()) {
                awaited.add(waiting.remove());
                channel.write(Unpooled.wrappedBuffer(request), channel.voidPromise());
                dirty = true;
            }
        }

        void flush() {
            if (dirty) {
                dirty = false;
                channel.flush();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            settled(response.status().equals(HttpResponseStatus.OK), awaited.remove());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            pump();
            flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
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
