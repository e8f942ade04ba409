package io.tickgate.gateway.testing;

import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;

/** A clock that stands still until the test turns it. */
public final class HandTurnedClock implements Clock {
    private long ms = 1_763_712_000_000L;

    public void advance(long byMs) {
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
