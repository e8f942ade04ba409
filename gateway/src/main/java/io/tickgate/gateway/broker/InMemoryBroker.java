package io.tickgate.gateway.broker;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.EventLoop;

/**
 * The broker of a gateway that stands alone: what is published here is what it delivers. Its state belongs to the ingest
 * loop; publications on their way there take at most {@link #MAX_WAITING_BYTES}.
 */
public final class InMemoryBroker implements Broker {
    /** Publications that wait for the ingest loop, with {@link #MESSAGE_OVERHEAD_BYTES} for each. */
    public static final long MAX_WAITING_BYTES = 16 << 20;

    private static final long MESSAGE_OVERHEAD_BYTES = 256;
    private static final CompletionStage<Long> AWAY = CompletableFuture.failedStage(BrokerUnavailable.INSTANCE);
    private static final CompletionStage<Long> BUSY = CompletableFuture.failedStage(BrokerUnavailable.BUSY);

    private final EventLoop loop;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Set<String> unconfirmed = new LinkedHashSet<>();
    private boolean confirmScheduled;
    private volatile BrokerSink sink;

    /** @param loop the ingest loop */
    public InMemoryBroker(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void start(BrokerSink receiver) {
        assert loop.inEventLoop();
        sink = receiver;
        loop.execute(() -> {
            if (sink != null) {
                sink.onUp();
            }
        });
    }

    @Override
    public void subscribe(Collection<String> channels) {
        assert loop.inEventLoop();
        unconfirmed.addAll(channels);
        if (!confirmScheduled) {
            confirmScheduled = true;
            loop.execute(this::confirm);
        }
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        assert loop.inEventLoop();
        channels.forEach(unconfirmed::remove);
    }

    /** A message published before {@link #start} or after {@link #close} finds the broker away. */
    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        if (sink == null) {
            return AWAY;
        }
        long bytes = payload.length + MESSAGE_OVERHEAD_BYTES;
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            return BUSY;
        }
        CompletableFuture<Long> taken = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                waitingBytes.addAndGet(-bytes);
                deliver(channel, payload, taken);
            });
        } catch (RejectedExecutionException ignored) {
            return AWAY;
        }
        return taken;
    }

    @Override
    public boolean isEmbedded() {
        return true;
    }

    /** Always up: there is nothing to lose. */
    @Override
    public State state() {
        return State.UP;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void close() {
        assert loop.inEventLoop();
        sink = null;
        unconfirmed.clear();
    }

    private void confirm() {
        confirmScheduled = false;
        String[] channels = unconfirmed.toArray(String[]::new);
        for (String channel : channels) {
            // The sink may have given up a later one when it was told of an earlier one.
            if (unconfirmed.remove(channel)) {
                sink.onSubscribed(channel);
            }
        }
    }

    private void deliver(String channel, byte[] payload, CompletableFuture<Long> taken) {
        if (sink == null) {
            taken.completeExceptionally(BrokerUnavailable.INSTANCE);
        } else {
            taken.complete(sink.onMessage(channel, payload));
        }
    }
}
