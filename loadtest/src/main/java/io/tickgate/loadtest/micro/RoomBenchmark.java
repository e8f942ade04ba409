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

/** From the broker's message to the connections' bytes, for everybody in a room. All figures are per delivery. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoomBenchmark {

    /** 1,000 sessions on one channel. */
    @State(Scope.Thread)
    public static class OneChannel extends PublishedCrowd {
        static final int DELIVERIES = 1_000;

        @Setup
        public void setUp() {
            begin(new Crowd(1, 1_000, 0, false), DELIVERIES);
        }
    }

    /** 200 sessions, each on the same 50 channels. */
    @State(Scope.Thread)
    public static class ManyChannels extends PublishedCrowd {
        static final int DELIVERIES = 50 * 200;

        @Setup
        public void setUp() {
            begin(new Crowd(50, 200, 0, false), DELIVERIES);
        }
    }

    /** A crowd of which every operation reaches everybody: else it measured something else. */
    abstract static class PublishedCrowd {
        private Crowd crowd;
        private int deliveriesEach;
        private long operations;

        void begin(Crowd joined, int deliveriesEachOperation) {
            crowd = joined;
            deliveriesEach = deliveriesEachOperation;
        }

        void publish() {
            crowd.publish();
            operations++;
        }

        @TearDown
        public void tearDown() {
            long deliveries = crowd.deliveries();
            crowd.close();
            if (deliveries != operations * deliveriesEach || crowd.bytes() == 0) {
                throw new IllegalStateException(deliveries + " deliveries in " + operations + " operations");
            }
        }
    }

    /** One update. */
    @Benchmark
    @OperationsPerInvocation(OneChannel.DELIVERIES)
    public void oneChannel(OneChannel crowd) {
        crowd.publish();
    }

    /** A burst of one update on each channel, of which everybody gets all in one write. */
    @Benchmark
    @OperationsPerInvocation(ManyChannels.DELIVERIES)
    public void burst(ManyChannels crowd) {
        crowd.publish();
    }
}
