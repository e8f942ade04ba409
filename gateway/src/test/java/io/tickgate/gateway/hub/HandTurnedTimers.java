package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.concurrent.Clock;

/** The timers of all loops, which fire when the test says so. */
final class HandTurnedTimers {
    private final Clock clock;
    private final List<Timer> waiting = new ArrayList<>();

    private record Timer(long dueNanos, HandTurnedLoop loop, Runnable task) {}

    HandTurnedTimers(Clock clock) {
        this.clock = clock;
    }

    /** Those of one loop. */
    Timers of(HandTurnedLoop loop) {
        return (task, delayNanos) -> {
            if (delayNanos == 0) {
                loop.execute(task);
            } else {
                waiting.add(new Timer(clock.nanos() + delayNanos, loop, task));
            }
        };
    }

    /** Hands what is due to its loop, which does it when it is turned next. */
    void fire() {
        for (Timer timer : List.copyOf(waiting)) {
            if (clock.nanos() - timer.dueNanos() >= 0) {
                waiting.remove(timer);
                timer.loop().execute(timer.task());
            }
        }
    }
}
