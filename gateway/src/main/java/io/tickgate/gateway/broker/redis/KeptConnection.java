package io.tickgate.gateway.broker.redis;

import java.net.UnknownHostException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis that is made again whenever it is lost, after a {@link Backoff}, until it is closed. Belongs to
 * the ingest loop; each life of the connection is a connection object of its own, and at most one is being made at a time.
 */
final class KeptConnection<C extends StatefulConnection<String, byte[]>> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptConnection.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** How often a connection is looked after within the time that Redis has for an answer. */
    private static final int TICKS_PER_TIMEOUT = 3;

    /** Who uses the connection; called on the ingest loop. */
    interface Owner<C> {

        /** There is a new connection, without any subscription. */
        void onConnected(C connection);

        /**
         * Called every now and then while connected, to ask for a sign of life.
         *
         * @param nowNanos {@link System#nanoTime()}
         * @return whether Redis has answered in time so far
         */
        boolean isAlive(long nowNanos);

        /** The connection is lost, or could not be made. */
        void onLost();
    }

    private final EventLoop loop;
    private final String purpose;
    private final RedisSettings settings;
    private final Supplier<CompletionStage<C>> dial;
    private final Owner<C> owner;
    private final Backoff backoff;
    private final LogLimit logLimit = new LogLimit(LOG_INTERVAL_NANOS);
    /** Whether the log's last word is that there is no connection. */
    private boolean awayLogged = true;
    private boolean closed;
    private C connection;
    /** Counts the connections, so that the end of an earlier one is not taken for this one's. */
    private int life;
    private long connectedNanos;
    private ScheduledFuture<?> next;

    /**
     * @param purpose what it is for, for the log
     * @param dial starts one attempt
     */
    KeptConnection(EventLoop loop, String purpose, RedisSettings settings, Supplier<CompletionStage<C>> dial,
            Owner<C> owner) {
        this.loop = loop;
        this.purpose = purpose;
        this.settings = settings;
        this.dial = dial;
        this.owner = owner;
        this.backoff = new Backoff(settings.redisReconnectMinMs(), settings.redisReconnectMaxMs(),
                ThreadLocalRandom.current());
    }

    /** Starts the first attempt; to be called once, on the ingest loop. */
    void start() {
        assert loop.inEventLoop();
        attempt();
    }

    private void attempt() {
        next = null;
        CompletionStage<C> dialled;
        try {
            dialled = dial.get();
        } catch (RuntimeException e) {
            onFailed(e);
            return;
        }
        dialled.whenComplete((made, failure) -> {
            if (loop.inEventLoop()) {
                onAttempted(made, failure);
            } else {
                loop.execute(() -> onAttempted(made, failure));
            }
        });
    }

    /** Ends the connection and all attempts; the owner hears no more. */
    void close() {
        assert loop.inEventLoop();
        closed = true;
        cancelNext();
        if (connection != null) {
            end(connection);
            connection = null;
        }
    }

    private void onAttempted(C made, Throwable failure) {
        if (closed) {
            if (made != null) {
                end(made);
            }
        } else if (failure != null) {
            onFailed(failure);
        } else {
            onConnected(made);
        }
    }

    private void onFailed(Throwable failure) {
        logLoss(reasonOf(failure));
        owner.onLost();
        retryLater();
    }

    private void onConnected(C made) {
        connection = made;
        int thisLife = ++life;
        connectedNanos = System.nanoTime();
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                onGone(thisLife, "the connection was closed");
            }
        });
        if (!made.isOpen()) {
            onGone(thisLife, "the connection was closed at once");
            return;
        }
        if (awayLogged) {
            awayLogged = false;
            LOG.info("Redis {} ({}): connected", settings.address(), purpose);
        }
        owner.onConnected(made);
        tickLater();
    }

    private void onGone(int goneLife, String reason) {
        if (closed || connection == null || life != goneLife) {
            return;
        }
        C gone = connection;
        connection = null;
        cancelNext();
        end(gone);
        if (System.nanoTime() - connectedNanos >= TimeUnit.MILLISECONDS.toNanos(settings.redisReconnectMaxMs())) {
            // One that is accepted and cut at once, again and again, keeps waiting longer.
            backoff.reset();
        }
        logLoss(reason);
        owner.onLost();
        retryLater();
    }

    private void tick() {
        if (owner.isAlive(System.nanoTime())) {
            tickLater();
        } else {
            onGone(life, "no answer for " + settings.redisTimeoutMs() + " ms");
        }
    }

    private void tickLater() {
        if (connection != null) {
            next = loop.schedule(this::tick, Math.max(1, settings.redisTimeoutMs() / TICKS_PER_TIMEOUT),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void retryLater() {
        // The owner may have closed this when it heard of the loss.
        if (!closed) {
            next = loop.schedule(this::attempt, backoff.nextMs(), TimeUnit.MILLISECONDS);
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void logLoss(String reason) {
        if (logLimit.permits(System.nanoTime())) {
            awayLogged = true;
            LOG.warn("Redis {} ({}): {}; trying again ({} such lines held back)", settings.address(), purpose,
                    RedisSettings.redact(reason), logLimit.takeSuppressed());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // However closing ends, nobody uses the connection any more.
    private void end(C ended) {
        ended.closeAsync();
    }

    private static String reasonOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnknownHostException) {
            return "unknown host";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
