package io.tickgate.gateway.broker.redis;

/** Lets one line through per interval, and counts the rest. Belongs to one thread. */
final class LogLimit {
    private final long intervalNanos;
    private long nextNanos;
    private boolean used;
    private long suppressed;

    /** @param intervalNanos the time between two lines, up to a year */
    LogLimit(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /**
     * @param nowNanos {@link System#nanoTime()}
     * @return whether a line may be written now
     */
    boolean permits(long nowNanos) {
        if (used && nowNanos - nextNanos < 0) {
            suppressed++;
            return false;
        }
        used = true;
        nextNanos = nowNanos + intervalNanos;
        return true;
    }

    /** How many lines were held back since this was asked last. */
    long takeSuppressed() {
        long count = suppressed;
        suppressed = 0;
        return count;
    }
}
