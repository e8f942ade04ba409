package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** A loop whose tasks wait until the test has it run them. */
final class HandTurnedLoop implements Executor {
    private static final int RESTLESS_TASKS = 100_000;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs the tasks that wait now, not those that they bring. */
    void turnOnce() {
        for (int waiting = tasks.size(); waiting > 0; waiting--) {
            tasks.poll().run();
        }
    }

    boolean turn() {
        int worked = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            if (++worked > RESTLESS_TASKS) {
                throw new AssertionError("the loop never rests");
            }
        }
        return worked > 0;
    }
}
