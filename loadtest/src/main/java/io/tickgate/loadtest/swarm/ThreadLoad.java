package io.tickgate.loadtest.swarm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long one thread has wanted a processor: what it ran plus what it waited in the run queue, from Linux's schedstat. Made on
 * the thread itself, read from any.
 */
final class ThreadLoad {
    private final Path schedstat;

    private ThreadLoad(Path schedstat) {
        this.schedstat = schedstat;
    }

    static ThreadLoad ofCurrentThread() throws IOException {
        return new ThreadLoad(Path.of("/proc/thread-self").toRealPath().resolve("schedstat"));
    }

    /** Nanoseconds since the thread began. */
    long wantedNs() throws IOException {
        String[] fields = Files.readString(schedstat).strip().split(" ");
        return Long.parseLong(fields[0]) + Long.parseLong(fields[1]);
    }
}
