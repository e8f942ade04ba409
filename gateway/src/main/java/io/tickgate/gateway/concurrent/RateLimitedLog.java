package io.tickgate.gateway.concurrent;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;

/**
 * Warnings about what somebody else does wrong, at most one each ten seconds, which tells how many were left out. Owned by
 * one thread.
 */
public final class RateLimitedLog {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final Clock clock;
    private boolean spoken;
    private long lastNanos;
    private long leftOut;

    public RateLimitedLog(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Logs with two arguments as SLF4J does, or counts it as left out. */
    public void warn(String format, Object first, Object second) {
        long now = clock.nanos();
        if (spoken && now - lastNanos < INTERVAL_NANOS) {
            leftOut++;
            return;
        }
        log.warn(format + " ({} more since the last such line)", first, second, leftOut);
        spoken = true;
        lastNanos = now;
        leftOut = 0;
    }
}
