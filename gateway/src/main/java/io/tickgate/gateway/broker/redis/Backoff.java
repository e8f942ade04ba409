package io.tickgate.gateway.broker.redis;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: between the shortest wait and a limit that doubles each time, at random, so
 * that many gateways do not come back in step. Not thread-safe; waits are at most the longest one.
 */
final class Backoff {
    private final int minMs;
    private final int maxMs;
    private final RandomGenerator random;
    private long limitMs;

    /**
     * @param minMs the shortest wait in ms, above 0
     * @param maxMs the longest, not below it
     */
    Backoff(int minMs, int maxMs, RandomGenerator random) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
        reset();
    }

    /** The next wait in ms. */
    long nextMs() {
        limitMs = Math.min(maxMs, 2 * limitMs);
        return random.nextLong(minMs, limitMs + 1);
    }

    /** Back to the shortest waits. */
    void reset() {
        limitMs = minMs;
    }
}
