package io.tickgate.gateway.broker.redis;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.broker.BrokerUnavailable;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;

/**
 * Redis as the broker: one connection that messages come from, one that they are published on, both on the ingest loop,
 * which owns all of this. It keeps trying for ever; what waits for Redis is bounded by {@link Publisher} and by the number of
 * channels asked for.
 *
 * <p>
 * It is up while both connections have been made and every subscription is confirmed. A lost subscribing connection is an
 * outage, however short, since what was published meanwhile is gone. A lost publishing connection alone is none: nothing is
 * missed, and {@link #publish} says that Redis is away until it is back.
 */
public final class RedisBroker implements Broker {
    /** Names in one request: few enough that confirmations never fill Redis's output buffer for a subscriber. */
    static final int BATCH_MAX = 1_000;

    private static final CompletionStage<Long> AWAY = CompletableFuture.failedStage(BrokerUnavailable.INSTANCE);

    private final RedisSettings settings;
    private final EventLoop loop;
    private final LoopMetrics metrics;
    private final List<String> alwaysKinds;
    private final PayloadCodec codec;
    private final RedisURI subscribeUri;
    private final RedisURI publishUri;
    private final LoopRedisClient client;
    private BrokerSink sink;
    private boolean closed;
    private Subscriber subscriber;
    private KeptConnection<StatefulRedisPubSubConnection<String, byte[]>> subscribing;
    private KeptConnection<StatefulRedisConnection<String, byte[]>> publishing;
    private boolean outageTold;
    private volatile Publisher publisher;
    private volatile State state = State.DOWN;

    /**
     * Takes a while the first time, as it loads Lettuce: better not on a loop that serves clients already.
     *
     * @param settings with a Redis configured
     * @param loop the ingest loop, of any transport
     * @param metrics that loop's
     * @param maxPayloadBytes longer messages are dropped and counted
     * @param alwaysKinds kinds whose channels are all followed from the start, by a pattern
     */
    public RedisBroker(RedisSettings settings, EventLoop loop, LoopMetrics metrics, int maxPayloadBytes,
            Collection<String> alwaysKinds) {
        this.settings = settings;
        this.loop = loop;
        this.metrics = metrics;
        this.alwaysKinds = List.copyOf(alwaysKinds);
        this.codec = new PayloadCodec(settings.redisPrefix(), maxPayloadBytes);
        this.subscribeUri = settings.uri("tickgate-subscribe");
        this.publishUri = settings.uri("tickgate-publish");
        this.client = LoopRedisClient.on(loop, subscribeUri);
    }

    @Override
    public void start(BrokerSink receiver) {
        assert loop.inEventLoop();
        sink = receiver;
        Subscriptions subscriptions = new Subscriptions(alwaysKinds, BATCH_MAX, receiver);
        subscriber = new Subscriber(loop, settings, subscriptions, receiver, metrics, new Subscriber.Listener() {
            @Override
            public void onComplete() {
                upIfComplete();
            }

            @Override
            public void onLost(boolean connected) {
                down(connected);
            }
        });
        Publisher publishes = new Publisher(loop, settings, this::upIfComplete);
        publisher = publishes;
        subscribing = new KeptConnection<>(loop, "subscribing", settings,
                () -> client.connectPubSubAsync(codec, subscribeUri), subscriber);
        publishing = new KeptConnection<>(loop, "publishing", settings, () -> client.connectAsync(codec, publishUri),
                publishes);
        publishing.start();
        subscribing.start();
    }

    @Override
    public void subscribe(Collection<String> channels) {
        assert loop.inEventLoop();
        subscriber.subscribe(channels);
    }

    @Override
    public void unsubscribe(Collection<String> channels) {
        assert loop.inEventLoop();
        subscriber.unsubscribe(channels);
    }

    /**
     * Completed with {@link #SEQ_UNKNOWN} once Redis has it. One that was not answered in time, or whose connection was lost,
     * may have been published nevertheless.
     */
    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        Publisher target = publisher;
        return target == null ? AWAY : target.publish(channel, payload);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public void close() {
        assert loop.inEventLoop();
        if (closed) {
            return;
        }
        closed = true;
        state = State.DOWN;
        if (publisher != null) {
            publishing.close();
            publisher.onLost();
            publisher = null;
            subscribing.close();
        }
        client.closeAll();
    }

    private void upIfComplete() {
        if (state == State.DOWN && subscriber.isComplete() && publisher.isConnected()) {
            subscriber.onAnnounced();
            state = State.UP;
            outageTold = false;
            sink.onUp();
        }
    }

    /** @param connected whether messages may have come since the sink was last told */
    private void down(boolean connected) {
        state = State.DOWN;
        if (!outageTold) {
            outageTold = true;
            metrics.increment(Counter.UPSTREAM_OUTAGES);
        } else if (!connected) {
            return;
        }
        sink.onDown();
    }
}
