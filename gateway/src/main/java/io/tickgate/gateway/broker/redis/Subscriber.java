package io.tickgate.gateway.broker.redis;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;

/**
 * The connection that messages come from: it tells Redis what {@link Subscriptions} wants and hands each message to the
 * sink. Belongs to the ingest loop; one request is under way at a time, with all that was asked for meanwhile in the next.
 *
 * <p>
 * One at a time, since on a RESP2 connection every confirmation is a reply of its own and nothing says to which request it
 * belongs: with two under way a refusal could be taken for the other one's.
 */
final class Subscriber implements KeptConnection.Owner<StatefulRedisPubSubConnection<String, byte[]>> {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What the broker does when the connection changes; called on the ingest loop. */
    interface Listener {

        /** All that was asked for is confirmed on this connection; called until {@link Subscriber#onAnnounced}. */
        void onComplete();

        /**
         * The connection is lost, or could not be made.
         *
         * @param connected whether there was one, from which messages may have come
         */
        void onLost(boolean connected);
    }

    private final EventLoop loop;
    private final Subscriptions subscriptions;
    private final BrokerSink sink;
    private final LoopMetrics metrics;
    private final Listener listener;
    private final long timeoutNanos;
    private final LogLimit logLimit = new LogLimit(LOG_INTERVAL_NANOS);
    private Life life;
    private boolean turnScheduled;
    private boolean announced;
    private boolean pinging;
    /** Whether anything came since the last look. */
    private boolean heard;
    /** Since when nothing came that was waited for. */
    private long quietSinceNanos;

    Subscriber(EventLoop loop, RedisSettings settings, Subscriptions subscriptions, BrokerSink sink,
            LoopMetrics metrics, Listener listener) {
        this.loop = loop;
        this.subscriptions = subscriptions;
        this.sink = sink;
        this.metrics = metrics;
        this.listener = listener;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.redisTimeoutMs());
    }

    void subscribe(Collection<String> channels) {
        channels.forEach(subscriptions::subscribe);
        turnLater();
    }

    void unsubscribe(Collection<String> channels) {
        channels.forEach(subscriptions::unsubscribe);
        turnLater();
    }

    /** Whether all that was asked for is confirmed on this connection. */
    boolean isComplete() {
        return subscriptions.isComplete();
    }

    /** The broker has said that it is up. */
    void onAnnounced() {
        announced = true;
        subscriptions.onAnnounced();
    }

    @Override
    public void onConnected(StatefulRedisPubSubConnection<String, byte[]> connection) {
        life = new Life(connection.async());
        connection.addListener(life);
        pinging = false;
        heard = true;
        subscriptions.onConnected();
        turn();
    }

    @Override
    public void onLost() {
        boolean connected = life != null;
        if (connected) {
            life = null;
            announced = false;
            subscriptions.onDisconnected();
        }
        listener.onLost(connected);
    }

    /** A request that is under way has to be answered, or at least messages have to come; else there is a ping. */
    @Override
    public boolean isAlive(long nowNanos) {
        boolean waiting = pinging || subscriptions.isBusy();
        if (heard || !waiting) {
            quietSinceNanos = nowNanos;
        }
        if (!heard && !waiting) {
            ping();
        }
        heard = false;
        return nowNanos - quietSinceNanos < timeoutNanos;
    }

    private void turnLater() {
        if (!turnScheduled) {
            turnScheduled = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        turnScheduled = false;
        if (!pinging) {
            Subscriptions.Batch batch = subscriptions.next();
            if (batch != null) {
                send(batch);
            }
        }
        if (!announced && subscriptions.isComplete()) {
            listener.onComplete();
        }
    }

    private void send(Subscriptions.Batch batch) {
        Life sender = life;
        String[] names = batch.names().toArray(String[]::new);
        RedisFuture<Void> answer = switch (batch.verb()) {
            case SUBSCRIBE -> sender.redis.subscribe(names);
            case PSUBSCRIBE -> sender.redis.psubscribe(names);
            case UNSUBSCRIBE -> sender.redis.unsubscribe(names);
        };
        answer.whenComplete((ignored, failure) -> {
            // Any other failure is the connection's, which is told separately.
            if (life == sender && failure instanceof RedisCommandExecutionException) {
                onRefused(batch, failure.getMessage());
            }
        });
    }

    private void onRefused(Subscriptions.Batch batch, String reason) {
        heard = true;
        if (logLimit.permits(System.nanoTime())) {
            LOG.warn("Redis refuses {} of {} names, {} first: {} ({} such lines held back)", batch.verb(),
                    batch.names().size(), batch.names().getFirst(), reason, logLimit.takeSuppressed());
        }
        subscriptions.onRefused();
        turnLater();
    }

    private void ping() {
        pinging = true;
        Life sender = life;
        sender.redis.ping().whenComplete((ignored, failure) -> {
            if (life == sender) {
                pinging = false;
                heard = true;
                turnLater();
            }
        });
    }

    private void onConfirmed(Subscriptions.Verb verb, String name) {
        heard = true;
        subscriptions.onConfirmed(verb, name);
        if (!subscriptions.isBusy()) {
            turnLater();
        }
    }

    private void onMessage(String channel, byte[] payload) {
        heard = true;
        if (PayloadCodec.isTooBig(payload)) {
            metrics.increment(Counter.PAYLOAD_TOO_BIG);
            if (logLimit.permits(System.nanoTime())) {
                LOG.warn("Dropped a message on {}: over the payload limit ({} such lines held back)", channel,
                        logLimit.takeSuppressed());
            }
            return;
        }
        sink.onMessage(channel, payload);
    }

    /** One connection's listener; what comes after its end is nobody's. It never throws: Lettuce would skip the rest. */
    private final class Life implements RedisPubSubListener<String, byte[]> {
        final RedisPubSubAsyncCommands<String, byte[]> redis;

        Life(RedisPubSubAsyncCommands<String, byte[]> redis) {
            this.redis = redis;
        }

        @Override
        public void message(String channel, byte[] payload) {
            if (life == this) {
                try {
                    onMessage(channel, payload);
                } catch (RuntimeException e) {
                    logFault(e);
                }
            }
        }

        @Override
        public void message(String pattern, String channel, byte[] payload) {
            message(channel, payload);
        }

        @Override
        public void subscribed(String channel, long count) {
            confirmed(Subscriptions.Verb.SUBSCRIBE, channel);
        }

        @Override
        public void psubscribed(String pattern, long count) {
            confirmed(Subscriptions.Verb.PSUBSCRIBE, pattern);
        }

        @Override
        public void unsubscribed(String channel, long count) {
            confirmed(Subscriptions.Verb.UNSUBSCRIBE, channel);
        }

        /** Patterns are kept as long as the connection. */
        @Override
        public void punsubscribed(String pattern, long count) {}

        private void confirmed(Subscriptions.Verb verb, String name) {
            if (life == this) {
                try {
                    onConfirmed(verb, name);
                } catch (RuntimeException e) {
                    logFault(e);
                }
            }
        }
    }

    private void logFault(RuntimeException e) {
        if (logLimit.permits(System.nanoTime())) {
            LOG.error("The receiver of a message failed ({} such lines held back)", logLimit.takeSuppressed(), e);
        }
    }
}
