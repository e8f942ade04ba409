package io.tickgate.gateway.broker.redis;

import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;

/**
 * A timer whose tasks run on an event loop, so that Lettuce needs no timer thread of its own. Any thread may use it; it
 * holds what the loop's own schedule holds.
 */
final class LoopTimer implements Timer {
    private final EventLoop loop;

    LoopTimer(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        LoopTimeout timeout = new LoopTimeout(task);
        timeout.scheduled = loop.schedule(() -> {
            task.run(timeout);
            return null;
        }, delay, unit);
        return timeout;
    }

    /** The loop is not this timer's to stop. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private final class LoopTimeout implements Timeout {
        private final TimerTask task;
        private volatile ScheduledFuture<?> scheduled;

        LoopTimeout(TimerTask task) {
            this.task = task;
        }

        @Override
        public Timer timer() {
            return LoopTimer.this;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            ScheduledFuture<?> running = scheduled;
            return running != null && running.isDone() && !running.isCancelled();
        }

        @Override
        public boolean isCancelled() {
            ScheduledFuture<?> running = scheduled;
            return running != null && running.isCancelled();
        }

        @Override
        public boolean cancel() {
            ScheduledFuture<?> running = scheduled;
            return running != null && running.cancel(false);
        }
    }
}
