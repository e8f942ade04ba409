package io.tickgate.loadtest.micro;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 1,000 sessions on one channel that get the newest value only, since their connections are full or since they asked for an interval. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConflationBenchmark {
    private static final int SESSIONS = 1_000;
    private static final int UPDATES = 10;
    private static final int INTERVAL_MS = 100;

    /** Connections that are full. */
    @State(Scope.Thread)
    public static class Full {
        private Crowd crowd;
        private long expected = SESSIONS;

        @Setup
        public void setUp() {
            crowd = new Crowd(1, SESSIONS, 0, true);
            crowd.publish();
        }

        @TearDown
        public void tearDown() {
            close(crowd, expected);
        }
    }

    /** Connections that take everything, of sessions with an interval. */
    @State(Scope.Thread)
    public static class Throttled {
        private Crowd crowd;
        private long expected;

        @Setup
        public void setUp() {
            crowd = new Crowd(1, SESSIONS, INTERVAL_MS, false);
        }

        @TearDown
        public void tearDown() {
            close(crowd, expected);
        }
    }

    private static void close(Crowd crowd, long expected) {
        long deliveries = crowd.deliveries();
        crowd.close();
        if (deliveries != expected) {
            throw new IllegalStateException(deliveries + " deliveries instead of " + expected);
        }
    }

    /** An update while all connections are full. Per update, however many sessions there are. */
    @Benchmark
    public void whileFull(Full full) {
        full.crowd.publish();
    }

    /** {@value #UPDATES} updates, then all connections take what was pending and get the newest one. Per session. */
    @Benchmark
    @OperationsPerInvocation(SESSIONS)
    public void drained(Full full) {
        for (int i = 0; i < UPDATES; i++) {
            full.crowd.publish();
        }
        full.crowd.takeAll();
        full.expected += SESSIONS;
    }

    /** {@value #UPDATES} updates, then the interval is over and everybody gets the newest one. Per session. */
    @Benchmark
    @OperationsPerInvocation(SESSIONS)
    public void interval(Throttled throttled) {
        for (int i = 0; i < UPDATES; i++) {
            throttled.crowd.publish();
        }
        throttled.crowd.pass(INTERVAL_MS);
        throttled.expected += SESSIONS;
    }
}
