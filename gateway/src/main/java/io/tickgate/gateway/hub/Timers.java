package io.tickgate.gateway.hub;

/** Runs something on the loop after a while. */
interface Timers {
    void schedule(Runnable task, long delayNanos);
}
