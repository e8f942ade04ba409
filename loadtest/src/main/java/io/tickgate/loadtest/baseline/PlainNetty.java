package io.tickgate.loadtest.baseline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code plain-netty}: the push server that anybody writes in a day with Netty's own WebSocket codec. What Redis publishes
 * is encoded once and goes to each subscriber of its channel by a {@code writeAndFlush} of a duplicate. No limits, no heartbeat.
 */
@Command(name = "plain-netty", mixinStandardHelpOptions = true, showDefaultValues = true, description = "A plain Netty WebSocket server fed by Redis.")
public final class PlainNetty implements Callable<Integer> {
    private static final int MAX_REQUEST_BYTES = 16 << 10;

    @Option(names = "--port", description = "On 127.0.0.1.")
    private int port = 9300;

    @Option(names = "--redis", description = "redis://host[:port]")
    private URI redis = URI.create("redis://127.0.0.1:6379");

    @Option(names = "--pattern", description = "PSUBSCRIBEd; clients may subscribe to names that begin like it.")
    private String pattern = "bench*";

    private final Map<String, Map<Channel, Boolean>> rooms = new ConcurrentHashMap<>();

    @Override
    public Integer call() throws InterruptedException {
        RedisClient client = RedisClient.create(RedisURI.create(redis));
        var upstream = client.connectPubSub();
        upstream.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String matched, String channel, String message) {
                publish(channel, message);
            }
        });
        upstream.sync().psubscribe(pattern);
        Channel server = new ServerBootstrap().group(new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class).option(ChannelOption.SO_BACKLOG, 4_096)
                .childOption(ChannelOption.TCP_NODELAY, true).childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                new WebSocketServerProtocolHandler("/ws"), new Subscriber());
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).sync().channel();
        System.out.println("plain-netty listens on 127.0.0.1:" + port);
        server.closeFuture().sync();
        return 0;
    }

    private void publish(String channel, String message) {
        Map<Channel, Boolean> room = rooms.get(channel);
        if (room == null) {
            return;
        }
        ByteBuf text = ByteBufUtil.writeUtf8(PooledByteBufAllocator.DEFAULT,
                "{\"channel\":\"" + channel + "\",\"data\":" + message + "}");
        for (Channel subscriber : room.keySet()) {
            subscriber.writeAndFlush(new TextWebSocketFrame(text.retainedDuplicate()), subscriber.voidPromise());
        }
        text.release();
    }

    /** Joins its client to every channel that a command names. */
    private final class Subscriber extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            String prefix = pattern.replace("*", "");
            for (String part : frame.text().split("[\",=&? ]")) {
                if (part.startsWith(prefix)) {
                    rooms.computeIfAbsent(part, any -> new ConcurrentHashMap<>()).put(context.channel(), true);
                }
            }
            context.writeAndFlush(new TextWebSocketFrame("{\"op\":\"subscribed\"}"), context.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            rooms.values().forEach(room -> room.remove(context.channel()));
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
