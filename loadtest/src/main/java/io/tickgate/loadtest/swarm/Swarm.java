package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

import io.tickgate.loadtest.wire.RunClock;

/**
 * All subscribers of a run on a few epoll loops. One thread makes, asks and closes it; per loop there is one {@link Tally}. Linux
 * only.
 */
public final class Swarm implements AutoCloseable {
    private static final int IN_FLIGHT = 1_000;
    private static final int READ_BUFFER_BYTES = 16 << 10;
    private static final int CONNECTIONS_PER_SOURCE = 20_000;

    private final SwarmSettings settings;
    private final RunClock clock;
    /** Null without TLS. */
    private final SslContext tls;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final AtomicReference<String> refusal = new AtomicReference<>();

    /** One connection. */
    interface Member {
        /** From now on the end of the connection is our own doing. */
        void leave();

        /** Says of all its subscribers that are not ready that they never will be. */
        void settle(String reason);
    }

    /** One loop with its counters. */
    private record Lane(EventLoop loop, Tally tally, ThreadLoad load) {}

    /** @throws IOException if this JDK has no TLS */
    public Swarm(SwarmSettings settings, RunClock clock) throws IOException {
        this.settings = settings;
        this.tls = settings.isSecure() ? ClientTls.of(settings.kind()) : null;
        this.clock = clock;
        this.group = new MultiThreadIoEventLoopGroup(settings.loops(), EpollIoHandler.newFactory());
    }

    /**
     * Connects all and returns once every one has its subscriptions answered.
     *
     * @throws IOException if one is refused, or all are not ready in time
     */
    public void connect() throws IOException, InterruptedException {
        int connectionCount = (settings.connections() + settings.streams() - 1) / settings.streams();
        int perLane = (connectionCount + settings.loops() - 1) / settings.loops() * settings.streams();
        for (int i = 0; i < settings.loops(); i++) {
            EventLoop loop = group.next();
            lanes.add(new Lane(loop, new Tally(clock, settings, perLane), on(loop, ThreadLoad::ofCurrentThread)));
        }
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.connectTimeoutMs());
        for (int i = 0; i < settings.connections(); i += settings.streams()) {
            int count = Math.min(settings.streams(), settings.connections() - i);
            acquire(count, deadlineNs, i);
            connect(i, count);
        }
        acquire(IN_FLIGHT, deadlineNs, settings.connections());
        inFlight.release(IN_FLIGHT);
    }

    /** From now on ticks are counted. */
    public void open(Window window) throws IOException, InterruptedException {
        for (Lane lane : lanes) {
            on(lane.loop(), () -> {
                lane.tally().open(window);
                return true;
            });
        }
    }

    /**
     * Waits until everybody has the last number of each channel, or nothing new has come for {@code quietMs}: what is still on its way
     * to an overloaded client is late, not lost.
     */
    public void drain(long[] lastNumbers, int quietMs) throws IOException, InterruptedException {
        for (Lane lane : lanes) {
            long received = -1;
            long quietSinceNs = System.nanoTime();
            while (!on(lane.loop(), () -> lane.tally().reached(lastNumbers))
                    && System.nanoTime() - quietSinceNs < TimeUnit.MILLISECONDS.toNanos(quietMs)) {
                long now = on(lane.loop(), lane.tally()::received);
                if (now != received) {
                    received = now;
                    quietSinceNs = System.nanoTime();
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    /** Ends the count: what is missing up to the last number of each channel is lost. */
    public Counts finish(long[] lastNumbers) throws IOException, InterruptedException {
        List<Counts> parts = new ArrayList<>();
        for (Lane lane : lanes) {
            parts.add(on(lane.loop(), () -> lane.tally().finish(lastNumbers)));
        }
        return Tally.sum(parts);
    }

    /** For each loop how long it has run or waited for a processor, ns. */
    public List<Long> wantedNs() throws IOException {
        List<Long> wanted = new ArrayList<>();
        for (Lane lane : lanes) {
            wanted.add(lane.load().wantedNs());
        }
        return wanted;
    }

    /** Connections that are open now. */
    public int connected() {
        return connections.size();
    }

    @Override
    public void close() {
        members.forEach(Member::leave);
        connections.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** @param count of subscribers that share the connection */
    private void connect(int index, int count) {
        Lane lane = lanes.get(index / settings.streams() % lanes.size());
        Subscriber.Readiness readiness = reason -> {
            if (reason != null) {
                refusal.compareAndSet(null, reason);
            }
            inFlight.release();
        };
        var subscriber = switch (settings.kind()) {
            case WS -> new WebSocketSubscriber(settings, index, lane.tally(), readiness);
            case SSE -> new EventSubscriber(settings, index, lane.tally(), readiness);
            case SIO -> new SocketIoSubscriber(settings, index, lane.tally(), readiness);
            case H2 -> new Http2Subscriber(settings, index, count, lane.tally(), readiness);
        };
        members.add(subscriber);
        ChannelFuture connecting = new Bootstrap().group(lane.loop()).channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                // Reset on close: no port stays in TIME_WAIT for the next run.
                .option(ChannelOption.SO_LINGER, 0).option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BUFFER_BYTES))
                .handler(tls == null ? subscriber : new Secured(subscriber))
                .connect(new InetSocketAddress(settings.target().getHost(), settings.target().getPort()),
                        source(index / settings.streams()));
        connections.add(connecting.channel());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                subscriber.settle(String.valueOf(done.cause().getMessage()));
            }
        });
    }

    /** What a subscriber sends before the handshake is over waits for its end. */
    private final class Secured extends ChannelInitializer<Channel> {
        private final ChannelHandler subscriber;

        Secured(ChannelHandler subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()), subscriber);
        }
    }

    /** One source address has some 28,000 ports towards one server; loopback has many addresses. */
    private SocketAddress source(int index) {
        boolean loopback = settings.target().getHost().startsWith("127.");
        return loopback ? new InetSocketAddress("127.0.0." + (1 + index / CONNECTIONS_PER_SOURCE), 0) : null;
    }

    private void acquire(int permits, long deadlineNs, int started) throws IOException, InterruptedException {
        boolean ready = inFlight.tryAcquire(permits, Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (refusal.get() != null) {
            throw new IOException("a subscriber was refused: " + refusal.get());
        }
        if (!ready) {
            throw new IOException("of " + started + " connections begun, " + (IN_FLIGHT - inFlight.availablePermits())
                    + " got no answer within " + settings.connectTimeoutMs() + " ms");
        }
    }

    private static <T> T on(EventLoop loop, Callable<T> task) throws IOException, InterruptedException {
        try {
            return loop.submit(task).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("an event loop of the swarm does not answer", e);
        }
    }
}
