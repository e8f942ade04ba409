package io.tickgate.gateway.concurrent;

/** The time as loops see it; a test turns its hands. Any thread. */
public interface Clock {
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long timeMs() {
            return System.currentTimeMillis();
        }
    };

    /** Nanoseconds since an arbitrary instant, as {@link System#nanoTime()}. */
    long nanos();

    /** Milliseconds since 1970. */
    long timeMs();
}
