package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.DeflateFrameClientExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Netty's own WebSocket client, by which Vert.x, Reactor Netty and many trading clients connect, with compression switched on. */
class WebSocketNettyClientTest {
    /** Only ends a wait that would never end. */
    private static final int DEADLINE_S = 60;
    private static final int COMMANDS = 200;
    private static final int LEVEL = 6;
    private static final int MAX_WINDOW_BITS = 15;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final AtomicLong sentBytes = new AtomicLong();
    private TestPort port;
    private Channel client;

    @BeforeEach
    void start() throws IOException {
        port = TestPort.start(Map.of());
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close().syncUninterruptibly();
        }
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        port.close();
    }

    /** With JZlib, which makes small windows. */
    @Test
    void itsDefaultGoesOnInItsWindow() throws Exception {
        assertThat(connect(new WebSocketClientCompressionHandler(0)))
                .isEqualTo("permessage-deflate; client_max_window_bits=10");
        assertThat(understoodCommandsBytes()).isLessThan(COMMANDS * 30L);
    }

    /** Without JZlib its default makes no small window, and won't do without one: the handshake must not fail. */
    @Test
    void itsDefaultWithoutJzlibStaysPlain() throws Exception {
        assertThat(connect(extensions(false, false))).isEqualTo("none");
        assertThat(understoodCommandsBytes()).isGreaterThan(COMMANDS * 60L);
    }

    @Test
    void itDoesWithoutAWindowIfAllowedTo() throws Exception {
        assertThat(connect(extensions(false, true))).isEqualTo("permessage-deflate; client_no_context_takeover");
        assertThat(understoodCommandsBytes()).isGreaterThan(COMMANDS * 60L);
    }

    /** As the default's, but for what it allows. */
    private static WebSocketClientExtensionHandler extensions(boolean clientWindowBits, boolean noClientContext) {
        return new WebSocketClientExtensionHandler(
                new PerMessageDeflateClientExtensionHandshaker(LEVEL, clientWindowBits, MAX_WINDOW_BITS,
                        noClientContext, false, 0),
                new DeflateFrameClientExtensionHandshaker(false, 0),
                new DeflateFrameClientExtensionHandshaker(true, 0));
    }

    /** What was answered to the extensions that it offered. */
    private String connect(WebSocketClientExtensionHandler extensions) throws InterruptedException {
        client = new Bootstrap().group(group).channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        URI uri = URI.create("ws://127.0.0.1:" + port.port() + "/ws");
                        channel.pipeline().addLast(new Meter(), new HttpClientCodec(), new Witness(),
                                new HttpObjectAggregator(8_192), extensions,
                                new WebSocketClientProtocolHandler(
                                        WebSocketClientProtocolConfig.newBuilder().webSocketUri(uri).build()),
                                new Reader());
                    }
                }).connect("127.0.0.1", port.port()).sync().channel();
        String answered = next();
        assertThat(next()).isEqualTo("complete");
        return answered;
    }

    /** How many bytes it sent for commands that resemble each other, and are much more than a window together. */
    private long understoodCommandsBytes() throws InterruptedException {
        long before = sentBytes.get();
        for (int i = 0; i < COMMANDS; i++) {
            client.writeAndFlush(new TextWebSocketFrame(command(i))).sync();
        }
        for (int i = 0; i < COMMANDS; i++) {
            assertThat(next()).isEqualTo(command(i));
        }
        assertThat(TestPort.next(port.webSockets).texts).hasSize(COMMANDS);
        return sentBytes.get() - before;
    }

    private static String command(int id) {
        return "{\"op\":\"subscribe\",\"id\":" + id + ",\"channels\":[\"price:EUR" + Integer.toHexString(id * 7_919)
                + "\",\"order:4711\"]}";
    }

    private String next() throws InterruptedException {
        return seen.poll(DEADLINE_S, TimeUnit.SECONDS);
    }

    private final class Meter extends ChannelDuplexHandler {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            sentBytes.addAndGet(((ByteBuf) message).readableBytes());
            ctx.write(message, promise);
        }
    }

    private final class Witness extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpResponse response) {
                seen.add(response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, "none"));
            }
            ctx.fireChannelRead(message);
        }
    }

    private final class Reader extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            seen.add(frame.text());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                seen.add("complete");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            seen.add(cause.toString());
        }
    }
}
