package io.tickgate.gateway.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;

/**
 * The port: accepts connections and spreads them over the event loops. Any thread may ask and close it, none of the loops may
 * wait for it.
 */
public final class Listener implements AutoCloseable {
    private static final int CLOSE_SECONDS = 5;
    /** What bytes on their way may take when a connection is closed over their head. */
    static final int LAST_BYTES_MS = 500;

    private final Map<EventLoop, HttpLoop> loops;
    private final EventLoop first;
    private final ChannelGroup connections;
    private final ConnectionSetup setup;
    private final Channel server;
    /** Null on a plain port. */
    private final CertificateWatch certificate;

    private Listener(HttpSettings settings, EventLoops eventLoops, Router router,
            Function<EventLoop, LoopMetrics> metrics, SslProvider provider) throws IOException {
        first = eventLoops.all().getFirst();
        loops = new HashMap<>();
        for (EventLoop loop : eventLoops.all()) {
            loops.put(loop, new HttpLoop(loop, settings, router, metrics.apply(loop), loops));
        }
        Tls tls = settings.hasTls() ? Tls.load(settings, provider) : null;
        if (tls != null) {
            use(tls);
        }
        // Closed connections are told to a loop of ours: Netty's global executor would start a thread.
        connections = new DefaultChannelGroup("connections", first, true);
        setup = new ConnectionSetup(settings, loops, connections);
        ServerBootstrap bootstrap = new ServerBootstrap().group(eventLoops.group())
                .channel(eventLoops.serverChannel()).option(ChannelOption.SO_BACKLOG, settings.backlog())
                .option(ChannelOption.SO_REUSEADDR, true).childHandler(setup);
        setSocketOptions(bootstrap, settings, eventLoops.transport());
        ChannelFuture bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.forEach((loop, http) -> loop.execute(() -> http.useTls(null)));
            throw new IOException("can't listen on " + settings.host() + ":" + settings.port() + ": "
                    + bound.cause().getMessage(), bound.cause());
        }
        server = bound.channel();
        loops.values().forEach(HttpLoop::start);
        certificate = tls == null
                ? null
                : new CertificateWatch(settings, provider, tls.digest(), this::changeCertificate,
                        () -> countOnFirst(Counter.TLS_RELOADS_FAILED));
    }

    /** Each loop takes it for its next connections; any thread. */
    private void use(Tls tls) {
        loops.forEach((loop, http) -> {
            SslContext own = ReferenceCountUtil.retain(tls.context());
            loop.execute(() -> http.useTls(own));
        });
        ReferenceCountUtil.release(tls.context());
        first.execute(() -> loops.get(first).set(Gauge.TLS_CERTIFICATE_EXPIRES, tls.expires().getEpochSecond()));
    }

    private void changeCertificate(Tls tls) {
        use(tls);
        countOnFirst(Counter.TLS_RELOADS_DONE);
    }

    private void countOnFirst(Counter counter) {
        first.execute(() -> loops.get(first).count(counter));
    }

    /**
     * Listens from when it returns.
     *
     * @param metrics gives each loop's counters
     * @throws IOException if the address is taken or not ours, or the TLS files can't be used; the message says which
     */
    public static Listener bind(HttpSettings settings, EventLoops eventLoops, Router router,
            Function<EventLoop, LoopMetrics> metrics) throws IOException {
        return bind(settings, eventLoops, router, metrics, Tls.PROVIDER);
    }

    static Listener bind(HttpSettings settings, EventLoops eventLoops, Router router,
            Function<EventLoop, LoopMetrics> metrics, SslProvider provider) throws IOException {
        return new Listener(settings, eventLoops, router, metrics, provider);
    }

    private static void setSocketOptions(ServerBootstrap bootstrap, HttpSettings settings,
            EventLoops.Transport transport) {
        bootstrap.childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(
                        settings.outboundLowWatermarkBytes(), settings.outboundHighWatermarkBytes()));
        switch (transport) {
            case EPOLL -> bootstrap
                    .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) settings.notSentLowatBytes())
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, settings.userTimeoutMs());
            case IO_URING -> bootstrap
                    .childOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, (long) settings.notSentLowatBytes())
                    .childOption(IoUringChannelOption.TCP_USER_TIMEOUT, settings.userTimeoutMs());
            case NIO -> {
                // The JDK offers neither.
            }
        }
    }

    /** The address that was bound, with the port the system chose if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    /** Connections open now. */
    public int connections() {
        return setup.open();
    }

    /** Takes no new connections; those there are go on. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Takes no new connections, and has those there end as soon as nobody waits for anything on them: idle ones now, others with
     * their last answer; HTTP/2 clients are told (GOAWAY). Streams and WebSockets go on, as do connections whose clients come
     * right again.
     */
    public void drain() {
        stopAccepting();
        enter(HttpLoop.Phase.DRAINING);
    }

    /**
     * Has all connections end as soon as nobody waits for an answer: whoever had streams and WebSockets has ended them.
     *
     * @return done when no connection is left
     */
    public Future<Void> end() {
        enter(HttpLoop.Phase.ENDING);
        return connections.newCloseFuture();
    }

    private void enter(HttpLoop.Phase phase) {
        loops.forEach((loop, http) -> loop.execute(() -> http.enter(phase)));
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(phase));
    }

    /** Stops accepting and closes every connection. */
    @Override
    public void close() {
        stopAccepting();
        if (certificate != null) {
            certificate.close();
        }
        // To a client that reads. What the kernel has not taken by then is dropped.
        connections.writeAndFlush(Unpooled.EMPTY_BUFFER).awaitUninterruptibly(LAST_BYTES_MS);
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loops.values().forEach(HttpLoop::stop);
    }
}
