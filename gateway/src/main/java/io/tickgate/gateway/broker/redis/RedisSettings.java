package io.tickgate.gateway.broker.redis;

import java.time.Duration;
import java.util.regex.Pattern;

import io.lettuce.core.RedisURI;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/**
 * Where Redis is and how patient the gateway is with it. Neither {@link #toString()} nor any error shows a password.
 *
 * @param redis {@code redis://} or {@code rediss://}; empty: no Redis
 * @param redisPrefix what stands before each channel's name in Redis
 * @param redisReconnectMinMs the first wait after a lost connection, in ms, 1 to 60,000
 * @param redisReconnectMaxMs the longest wait, in ms, up to 60,000 and not below the first
 * @param redisTimeoutMs how long Redis may take to accept a connection or to answer, in ms, 50 to 60,000
 */
public record RedisSettings(
        @Setting(value = "Redis to take messages from and publish to, as redis://[user:password@]host[:port] or rediss:// for TLS; without it the broker is embedded", env = "REDIS_URL") String redis,
        @Setting("Text before each channel's name in Redis; up to 64 bytes of what a channel's name may hold") String redisPrefix,
        @Setting(value = "First wait before Redis is tried again, in ms, 1 to 60000; it doubles, with jitter", preset = "50") int redisReconnectMinMs,
        @Setting(value = "Longest wait before Redis is tried again, in ms, up to 60000", preset = "2000") int redisReconnectMaxMs,
        @Setting(value = "Silence after which Redis counts as away, in ms, 50 to 60000", preset = "3000") int redisTimeoutMs) {

    private static final int MAX_PREFIX_BYTES = 64;
    private static final int MAX_MS = 60_000;
    private static final Pattern PREFIX = Pattern.compile("[!-~&&[^ ,\"\\\\*?\\[\\]]]{0," + MAX_PREFIX_BYTES + "}");
    /** Greedy, since a password may itself hold what ends it elsewhere. */
    private static final Pattern USER_AND_PASSWORD = Pattern.compile("//\\S*@");

    public RedisSettings {
        redis = redis == null ? "" : redis.strip();
        redisPrefix = redisPrefix == null ? "" : redisPrefix;
        Require.that(redis.isEmpty() || isUsable(redis), "redis", redact(redis),
                "redis://[user:password@]host[:port] or rediss://…");
        Require.that(PREFIX.matcher(redisPrefix).matches(), "redisPrefix", redisPrefix,
                "up to " + MAX_PREFIX_BYTES + " bytes of what a channel's name may hold");
        Require.range("redisReconnectMinMs", redisReconnectMinMs, 1, MAX_MS);
        Require.range("redisReconnectMaxMs", redisReconnectMaxMs, redisReconnectMinMs, MAX_MS);
        Require.range("redisTimeoutMs", redisTimeoutMs, 50, MAX_MS);
    }

    /** Whether there is a Redis to use. */
    public boolean isConfigured() {
        return !redis.isEmpty();
    }

    /** The text without what may be user and password in it. */
    static String redact(String text) {
        return USER_AND_PASSWORD.matcher(text).replaceAll("//***@");
    }

    /** Host and port, for logs, /health and the banner. */
    public String address() {
        RedisURI uri = RedisURI.create(redis);
        return uri.getHost() + ":" + uri.getPort();
    }

    /** @param clientName what {@code CLIENT LIST} shows, unless the URI has a name itself */
    RedisURI uri(String clientName) {
        RedisURI uri = RedisURI.create(redis);
        uri.setTimeout(Duration.ofMillis(redisTimeoutMs));
        if (uri.getClientName() == null) {
            uri.setClientName(clientName);
        }
        return uri;
    }

    private static boolean isUsable(String text) {
        if (!text.startsWith("redis://") && !text.startsWith("rediss://")) {
            return false;
        }
        try {
            RedisURI uri = RedisURI.create(text);
            return uri.getHost() != null && !uri.getHost().isEmpty();
        } catch (RuntimeException ignored) {
            // The reason may quote the URI with its password.
            return false;
        }
    }

    @Override
    public String toString() {
        return "RedisSettings[redis=" + redact(redis) + ", redisPrefix=" + redisPrefix + ", redisReconnectMinMs="
                + redisReconnectMinMs + ", redisReconnectMaxMs=" + redisReconnectMaxMs + ", redisTimeoutMs="
                + redisTimeoutMs + "]";
    }
}
