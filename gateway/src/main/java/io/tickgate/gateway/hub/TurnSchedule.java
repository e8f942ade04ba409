package io.tickgate.gateway.hub;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** When a shard's next turn is: at once, or, for what the dispatcher sends, with what comes within the flush interval. Owned by the shard. */
final class TurnSchedule {
    private final Executor loop;
    private final Timers timers;
    private final long flushIntervalNanos;
    private final Runnable turn;
    private boolean scheduled;
    private boolean delayed;

    TurnSchedule(Executor loop, Timers timers, int flushIntervalMs, Runnable turn) {
        this.loop = loop;
        this.timers = timers;
        this.flushIntervalNanos = TimeUnit.MILLISECONDS.toNanos(flushIntervalMs);
        this.turn = turn;
    }

    /** As soon as the loop has done what waits already. */
    void soon() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::scheduledTurn);
        }
    }

    /** Once the loop has read what has come meanwhile: tasks that follow each other would leave no time for that. */
    void afterReads() {
        if (!scheduled) {
            scheduled = true;
            timers.schedule(this::scheduledTurn, 0);
        }
    }

    /** The dispatcher has something: taken at once, or together with what comes within the flush interval. */
    void signalled() {
        if (flushIntervalNanos == 0) {
            turn.run();
        } else if (!delayed) {
            delayed = true;
            timers.schedule(this::delayedTurn, flushIntervalNanos);
        }
    }

    private void scheduledTurn() {
        scheduled = false;
        turn.run();
    }

    private void delayedTurn() {
        delayed = false;
        turn.run();
    }
}
