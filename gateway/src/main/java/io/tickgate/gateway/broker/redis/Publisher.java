package io.tickgate.gateway.broker.redis;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerUnavailable;

/**
 * The connection that messages are published on; what is published in one turn of the loop is flushed once. Belongs to the
 * ingest loop, but anybody may {@link #publish}; at most {@link #MAX_UNANSWERED_BYTES} wait for an answer.
 */
final class Publisher implements KeptConnection.Owner<StatefulRedisConnection<String, byte[]>> {
    /** Payload bytes that Redis has not acknowledged, with {@link #MESSAGE_OVERHEAD_BYTES} for each. */
    static final long MAX_UNANSWERED_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long MESSAGE_OVERHEAD_BYTES = 1_024;
    private static final CompletionStage<Long> AWAY = CompletableFuture.failedStage(BrokerUnavailable.INSTANCE);
    private static final CompletionStage<Long> BUSY = CompletableFuture.failedStage(BrokerUnavailable.BUSY);

    /** A request that Redis has not answered, in the order of requests and so of answers. */
    private static final class Unanswered {
        final CompletableFuture<Long> result;
        final long bytes;
        final long sentNanos;

        Unanswered(CompletableFuture<Long> result, long bytes, long sentNanos) {
            this.result = result;
            this.bytes = bytes;
            this.sentNanos = sentNanos;
        }
    }

    private final EventLoop loop;
    private final long timeoutNanos;
    private final Runnable onConnectedListener;
    private final AtomicLong unansweredBytes = new AtomicLong();
    private final ArrayDeque<Unanswered> unanswered = new ArrayDeque<>();
    private final LogLimit logLimit = new LogLimit(LOG_INTERVAL_NANOS);
    private boolean flushScheduled;
    private volatile StatefulRedisConnection<String, byte[]> connection;

    /** @param onConnected called on the ingest loop with each new connection */
    Publisher(EventLoop loop, RedisSettings settings, Runnable onConnected) {
        this.loop = loop;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.redisTimeoutMs());
        this.onConnectedListener = onConnected;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** As {@link Broker#publish}. */
    CompletionStage<Long> publish(String channel, byte[] payload) {
        if (connection == null) {
            return AWAY;
        }
        long bytes = payload.length + MESSAGE_OVERHEAD_BYTES;
        if (unansweredBytes.addAndGet(bytes) > MAX_UNANSWERED_BYTES) {
            unansweredBytes.addAndGet(-bytes);
            return BUSY;
        }
        CompletableFuture<Long> result = new CompletableFuture<>();
        try {
            loop.execute(() -> send(channel, payload, bytes, result));
        } catch (RejectedExecutionException ignored) {
            unansweredBytes.addAndGet(-bytes);
            return AWAY;
        }
        return result;
    }

    @Override
    public void onConnected(StatefulRedisConnection<String, byte[]> made) {
        made.setAutoFlushCommands(false);
        connection = made;
        onConnectedListener.run();
    }

    @Override
    public void onLost() {
        connection = null;
        Unanswered lost;
        while ((lost = unanswered.poll()) != null) {
            settle(lost, BrokerUnavailable.INSTANCE);
        }
    }

    /** The oldest request has to be answered in time; where there is none, there is a ping. */
    @Override
    public boolean isAlive(long nowNanos) {
        Unanswered oldest = unanswered.peek();
        if (oldest != null) {
            return nowNanos - oldest.sentNanos < timeoutNanos;
        }
        Unanswered ping = new Unanswered(new CompletableFuture<>(), 0, nowNanos);
        unanswered.add(ping);
        connection.async().ping().whenComplete((ignored, failure) -> onAnswer(ping, failure));
        flush();
        return true;
    }

    private void send(String channel, byte[] payload, long bytes, CompletableFuture<Long> result) {
        Unanswered request = new Unanswered(result, bytes, System.nanoTime());
        StatefulRedisConnection<String, byte[]> target = connection;
        if (target == null) {
            settle(request, BrokerUnavailable.INSTANCE);
            return;
        }
        unanswered.add(request);
        target.async().publish(channel, payload).whenComplete((ignored, failure) -> onAnswer(request, failure));
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        if (connection != null) {
            connection.flushCommands();
        }
    }

    private void onAnswer(Unanswered request, Throwable failure) {
        if (unanswered.peek() != request) {
            // Already given up with its connection.
            return;
        }
        unanswered.poll();
        if (failure == null) {
            settle(request, null);
        } else if (failure instanceof RedisCommandExecutionException) {
            if (logLimit.permits(System.nanoTime())) {
                LOG.warn("Redis refuses to publish: {} ({} such lines held back)", failure.getMessage(),
                        logLimit.takeSuppressed());
            }
            settle(request, BrokerUnavailable.REFUSED);
        } else {
            settle(request, BrokerUnavailable.INSTANCE);
        }
    }

    private void settle(Unanswered request, BrokerUnavailable failure) {
        unansweredBytes.addAndGet(-request.bytes);
        if (failure == null) {
            request.result.complete(Broker.SEQ_UNKNOWN);
        } else {
            request.result.completeExceptionally(failure);
        }
    }
}
