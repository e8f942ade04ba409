package io.tickgate.gateway.broker.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"redis://127.0.0.1:6380", "redis://localhost", "rediss://user:sesame@redis.example:6390/2",
            "redis://:sesame@[::1]:6380", " redis://localhost "})
    void acceptsWhatNamesAServer(String uri) {
        RedisSettings settings = new RedisSettings(uri, "prod/", 50, 2_000, 3_000);

        assertThat(settings.isConfigured()).isTrue();
        assertThat(settings.toString()).doesNotContain("sesame").contains("redis");
        assertThat(settings.address()).doesNotContain("sesame").contains(":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:6379", "http://user:sesame@localhost", "redis://", "redis:/localhost",
            "redis-sentinel://user:sesame@localhost#one", "redis://user:sesame@local host",
            "redis://user:ses/ame@sesame@:x"})
    void refusesAnythingElseWithoutShowingThePassword(String uri) {
        assertThatThrownBy(() -> new RedisSettings(uri, "", 50, 2_000, 3_000))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("redis is ").hasNoCause()
                .message().doesNotContain("sesame").doesNotContain("ses/ame");
    }

    @Test
    void isNotConfiguredWithoutAUri() {
        assertThat(new RedisSettings("", "", 50, 2_000, 3_000).isConfigured()).isFalse();
        assertThat(new RedisSettings(null, null, 50, 2_000, 3_000).isConfigured()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a*", "a[", "ä"})
    void refusesAPrefixThatIsAPatternOrNoName(String prefix) {
        assertThatThrownBy(() -> new RedisSettings("", prefix, 50, 2_000, 3_000)).hasMessageContaining("redisPrefix");
    }

    @ParameterizedTest
    @CsvSource({"0,2000,3000,redisReconnectMinMs", "50,49,3000,redisReconnectMaxMs",
            "50,60001,3000,redisReconnectMaxMs", "50,2000,49,redisTimeoutMs"})
    void refusesNumbersOutOfRangeByName(int min, int max, int timeout, String key) {
        assertThatThrownBy(() -> new RedisSettings("", "", min, max, timeout)).hasMessageStartingWith(key + " is ");
    }

    @Test
    void waitsLongerEachTimeUpToTheLimitAndAtRandom() {
        Backoff backoff = new Backoff(50, 2_000, new Random(1));
        long[] waits = new long[40];
        for (int i = 0; i < waits.length; i++) {
            waits[i] = backoff.nextMs();
            assertThat(waits[i]).isBetween(50L, Math.min(2_000L, 50L << Math.min(i + 1, 10)));
        }
        assertThat(Arrays.stream(waits)).anyMatch(wait -> wait > 1_500);
        assertThat(Arrays.stream(waits).distinct().count()).as("jitter").isGreaterThan(20);
        backoff.reset();
        assertThat(backoff.nextMs()).isBetween(50L, 100L);
    }

    @Test
    void letsOneLineThroughPerInterval() {
        LogLimit limit = new LogLimit(100);
        long start = Long.MAX_VALUE - 50;

        assertThat(limit.permits(start)).isTrue();
        assertThat(limit.permits(start + 99)).isFalse();
        assertThat(limit.takeSuppressed()).isEqualTo(1);
        assertThat(limit.permits(start + 100)).isTrue();
        assertThat(limit.takeSuppressed()).isZero();
    }
}
