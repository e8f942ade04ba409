package io.tickgate.gateway.http;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;

import io.tickgate.gateway.http.HttpLoop.Countdown;
import io.tickgate.gateway.metrics.Counter;

/**
 * Sets up each accepted connection on its own loop, or closes it when there are too many. Shared by all loops; the number of
 * connections is bounded by {@link HttpSettings#maxConnections()}.
 */
@Sharable
final class ConnectionSetup extends ChannelInitializer<Channel> {
    private final HttpSettings settings;
    private final Map<EventLoop, HttpLoop> loops;
    private final ChannelGroup connections;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelFutureListener onClosed = future -> closed(future.channel());

    ConnectionSetup(HttpSettings settings, Map<EventLoop, HttpLoop> loops, ChannelGroup connections) {
        this.settings = settings;
        this.loops = loops;
        this.connections = connections;
    }

    /** Connections open now; any thread. */
    int open() {
        return open.get();
    }

    @Override
    protected void initChannel(Channel channel) {
        HttpLoop loop = loops.get(channel.eventLoop());
        if (open.incrementAndGet() > settings.maxConnections()) {
            open.decrementAndGet();
            loop.count(Counter.CONNECTIONS_REFUSED);
            channel.close();
            return;
        }
        loop.count(Counter.CONNECTIONS_ACCEPTED);
        channel.closeFuture().addListener(onClosed);
        connections.add(channel);
        Countdown countdown = new Countdown(channel::close);
        channel.pipeline().addLast(new FirstBytes(loop, countdown));
        loop.awaitRequest(countdown);
    }

    private void closed(Channel channel) {
        open.decrementAndGet();
        loops.get(channel.eventLoop()).count(Counter.CONNECTIONS_CLOSED);
    }
}
