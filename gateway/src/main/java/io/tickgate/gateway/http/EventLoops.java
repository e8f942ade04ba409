package io.tickgate.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;

import io.tickgate.gateway.kernel.SendRing;

/**
 * The event loops, all the threads that there are, and the socket types that fit them. Made once by the composition root;
 * any thread may ask it.
 */
public final class EventLoops implements AutoCloseable {
    /** A longer submission queue batches more of a turn's operations into one system call. */
    private static final int IO_URING_ENTRIES = 2_048;
    /** How long a closing loop must have had nothing to do, in ms. */
    private static final int IO_URING_QUIET_MS = 10;

    /** How sockets are driven. */
    public enum Transport {
        EPOLL("epoll", EpollServerSocketChannel.class, EpollSocketChannel.class), IO_URING("io_uring",
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class), NIO("nio", NioServerSocketChannel.class, NioSocketChannel.class);

        private final String word;
        private final Class<? extends ServerSocketChannel> serverChannel;
        private final Class<? extends SocketChannel> clientChannel;

        Transport(String word, Class<? extends ServerSocketChannel> serverChannel,
                Class<? extends SocketChannel> clientChannel) {
            this.word = word;
            this.serverChannel = serverChannel;
            this.clientChannel = clientChannel;
        }

        /** The transport's name in the settings. */
        public String word() {
            return word;
        }

        /** Whether it can be used on this machine. */
        public boolean isAvailable() {
            return switch (this) {
                case EPOLL -> Epoll.isAvailable();
                case IO_URING -> IoUring.isAvailable();
                case NIO -> true;
            };
        }

        static boolean isName(String word) {
            return word.equals("auto") || of(word) != null;
        }

        private static Transport of(String word) {
            for (Transport transport : values()) {
                if (transport.word.equals(word)) {
                    return transport;
                }
            }
            return null;
        }

        private static Transport pick(String word) {
            Transport chosen = word.equals("auto") ? EPOLL.isAvailable() ? EPOLL : NIO : of(word);
            if (chosen == null || !chosen.isAvailable()) {
                throw new IllegalArgumentException("transport " + word + " is not available on this machine");
            }
            return chosen;
        }

        private IoHandlerFactory ioHandlers() {
            return switch (this) {
                case EPOLL -> EpollIoHandler.newFactory();
                case IO_URING ->
                    IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setRingSize(IO_URING_ENTRIES));
                case NIO -> NioIoHandler.newFactory();
            };
        }
    }

    private final Transport transport;
    private final EventLoopGroup group;
    private final List<EventLoop> loops;

    /**
     * Starts {@code loops} threads named {@code tickgate-loop-0} and so on.
     *
     * @throws IllegalArgumentException if the transport isn't available here
     */
    public EventLoops(HttpSettings settings) {
        transport = Transport.pick(settings.transport());
        if (transport == Transport.IO_URING) {
            SendRing.link();
        }
        int processors = Math.min(Runtime.getRuntime().availableProcessors(), HttpSettings.MAX_LOOPS);
        int count = settings.loops() == 0 ? processors : settings.loops();
        group = new MultiThreadIoEventLoopGroup(count, new LoopThreads(), transport.ioHandlers());
        List<EventLoop> all = new ArrayList<>(count);
        for (EventExecutor executor : group) {
            all.add((EventLoop) executor);
        }
        loops = List.copyOf(all);
    }

    public Transport transport() {
        return transport;
    }

    public EventLoopGroup group() {
        return group;
    }

    /** Every loop, by number. */
    public List<EventLoop> all() {
        return loops;
    }

    public Class<? extends ServerSocketChannel> serverChannel() {
        return transport.serverChannel;
    }

    public Class<? extends SocketChannel> clientChannel() {
        return transport.clientChannel;
    }

    /** Closes every socket, ends the threads and waits until they have ended, 5 s at most. */
    @Override
    public void close() {
        // io_uring tells of a cancelled read when the kernel comes to it, and what hangs on the socket is freed only then.
        long quietMs = transport == Transport.IO_URING ? IO_URING_QUIET_MS : 0;
        group.shutdownGracefully(quietMs, 4_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private static final class LoopThreads implements ThreadFactory {
        private final AtomicInteger started = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            return new FastThreadLocalThread(task, "tickgate-loop-" + started.getAndIncrement());
        }
    }
}
