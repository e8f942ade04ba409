package io.tickgate.gateway.concurrent;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;

/**
 * Lines about what goes wrong again and again, at most one each ten seconds, which tells how many were left out. Owned by one
 * thread.
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

    /** Logs what somebody else does wrong, with two arguments as SLF4J does, or counts it as left out. */
    public void warn(String format, Object first, Object second) {
        if (maySpeak()) {
            log.warn(format + " ({} more since the last such line)", first, second, leftOut);
            leftOut = 0;
        }
    }

    /** Logs a fault of ours with its stack trace, or counts it as left out. */
    public void error(String where, Throwable fault) {
        if (maySpeak()) {
            log.error("{} failed ({} more since the last such line)", where, leftOut, fault);
            leftOut = 0;
        }
    }

    private boolean maySpeak() {
        long now = clock.nanos();
        if (spoken && now - lastNanos < INTERVAL_NANOS) {
            leftOut++;
            return false;
        }
        spoken = true;
        lastNanos = now;
        return true;
    }
}
