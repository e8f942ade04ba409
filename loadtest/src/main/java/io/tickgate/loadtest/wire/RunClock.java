package io.tickgate.loadtest.wire;

import java.time.Instant;

/**
 * A clock that counts as the monotonic one does and reads like the wall clock: nanoseconds since 1970, read off the wall once. For
 * instants that are compared within one process; immutable.
 */
public record RunClock(long wallNs, long monotonicNs) {

    /** A clock that agrees with the wall clock now. */
    public static RunClock start() {
        return new RunClock(wallClockNs(), System.nanoTime());
    }

    /** Nanoseconds since 1970 by this clock. */
    public long nowNs() {
        return wallNs + (System.nanoTime() - monotonicNs);
    }

    /** Nanoseconds since 1970 by the machine's clock, corrections included. */
    public static long wallClockNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
