package io.tickgate.gateway.system;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.RedisFixture;

/**
 * A gateway and the broker that backends publish to: its own, reached by HTTP, or a real Redis. Belongs to the test's thread.
 *
 * @param redis null where the broker is embedded
 */
record Site(GatewayFixture gateway, RedisFixture redis) implements AutoCloseable {

    /** @param flags of the gateway, a flag and its value in turn */
    static Site embedded(String... flags) {
        return new Site(GatewayFixture.start(flags), null);
    }

    /** A gateway that is connected to a Redis of its own. */
    static Site withRedis(String... flags) {
        return withRedis(GatewayFixture::start, flags);
    }

    static Site withRedis(Starter starter, String... flags) {
        RedisFixture redis = RedisFixture.started();
        try {
            String[] all = Arrays.copyOf(flags, flags.length + 2);
            all[flags.length] = "--redis";
            all[flags.length + 1] = redis.uri();
            GatewayFixture gateway = starter.start(all);
            gateway.awaitHealth("up");
            return new Site(gateway, redis);
        } catch (RuntimeException | Error failed) {
            redis.close();
            throw failed;
        }
    }

    /** How a gateway is started, with TLS or without. */
    interface Starter {
        GatewayFixture start(String... flags);
    }

    void publish(String channel, String payload) {
        if (redis == null) {
            gateway.publish(channel, payload);
        } else {
            redis.publish(channel, payload);
        }
    }

    /** Publishes {@code {"n":from}} up to {@code {"n":to}}. */
    void publishNumbers(String channel, int from, int to) {
        publishAll(channel, IntStream.rangeClosed(from, to).mapToObj(Site::number).toList());
    }

    void publishAll(String channel, List<String> payloads) {
        if (redis == null) {
            gateway.publish(channel, payloads);
        } else {
            payloads.forEach(payload -> redis.publish(channel, payload));
        }
    }

    static String number(int n) {
        return "{\"n\":" + n + "}";
    }

    @Override
    public void close() {
        gateway.close();
        if (redis != null) {
            redis.close();
        }
    }
}
