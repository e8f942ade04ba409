package io.tickgate.gateway.broker.redis;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.ConnectionBuilder;
import io.lettuce.core.ConnectionEvents;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.event.DefaultEventBus;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Lettuce without threads of its own: connections, timers and computations all live on one given event loop, whatever its
 * transport. It never reconnects by itself and never queues what can't be sent; both are its owner's to decide.
 */
final class LoopRedisClient extends RedisClient {
    static {
        // Lettuce would warn that it has to choose between transports, a choice that is not its to make here.
        if (System.getProperty("io.lettuce.core.iouring") == null) {
            System.setProperty("io.lettuce.core.iouring", "false");
        }
    }

    private final EventLoop loop;
    private final ClientResources resources;
    private final int connectTimeoutMs;

    private LoopRedisClient(EventLoop loop, ClientResources resources, RedisURI uri) {
        super(resources, uri);
        this.loop = loop;
        this.resources = resources;
        this.connectTimeoutMs = Math.toIntExact(uri.getTimeout().toMillis());
        setOptions(ClientOptions.builder().autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                // RESP3 would copy each message once more on its way to the codec.
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled()).build());
    }

    /** A client whose connections all live on the loop, for the server at the URI. */
    static LoopRedisClient on(EventLoop loop, RedisURI uri) {
        ClientResources resources = DefaultClientResources.builder().eventLoopGroupProvider(new OneLoop(loop))
                .eventExecutorGroup(loop).timer(new LoopTimer(loop)).addressResolverGroup(new SystemResolver())
                .eventBus(new DefaultEventBus(Schedulers.immediate()))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled()).build();
        return new LoopRedisClient(loop, resources, uri);
    }

    /**
     * Instead of Lettuce's own choice: it picks the transport once per JVM, by what the machine offers, but here the loop has
     * decided already.
     */
    @Override
    protected void connectionBuilder(Mono<SocketAddress> address, ConnectionBuilder builder, ConnectionEvents events,
            RedisURI uri) {
        builder.bootstrap(new Bootstrap().group(loop).channel(socketTypeOf(loop))
                .resolver(resources.addressResolverGroup()).option(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs));
        builder.apply(uri);
        builder.channelGroup(channels).connectionEvents(events).socketAddressSupplier(address);
    }

    /** Closes all connections without waiting; the loop goes on. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits: what is left ends with its own timeout.
    void closeAll() {
        channels.close();
        shutdownAsync(0, 0, TimeUnit.MILLISECONDS);
        resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
    }

    static Class<? extends Channel> socketTypeOf(EventLoop loop) {
        if (loop instanceof IoEventLoop io) {
            if (io.isIoType(EpollIoHandler.class)) {
                return EpollSocketChannel.class;
            }
            if (io.isIoType(IoUringIoHandler.class)) {
                return IoUringSocketChannel.class;
            }
        }
        return NioSocketChannel.class;
    }

    /** Hands the one loop out and never ends it. */
    private record OneLoop(EventLoop loop) implements EventLoopGroupProvider {

        @Override
        @SuppressWarnings("unchecked") // Lettuce asks for the group type of its own choice and uses it as an EventLoopGroup.
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            return (T) loop;
        }

        @Override
        public int threadPoolSize() {
            return 1;
        }

        @Override
        public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }

        @Override
        public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}
