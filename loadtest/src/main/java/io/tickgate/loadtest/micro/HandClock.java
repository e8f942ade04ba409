package io.tickgate.loadtest.micro;

import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;

/** A clock that stands still until it is turned, so that no timer comes in between. Used by one thread. */
final class HandClock implements Clock {
    static final long BEGIN_MS = 1_763_712_000_000L;

    private long ms = BEGIN_MS;

    void advance(long byMs) {
        ms += byMs;
    }

    @Override
    public long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Override
    public long timeMs() {
        return ms;
    }
}
