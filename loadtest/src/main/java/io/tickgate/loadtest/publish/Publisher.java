package io.tickgate.loadtest.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;

/**
 * Publishes ticks round robin over channels at the instants of a {@link Schedule}, never waiting for anybody, and records how late
 * it was itself. One thread runs {@link #run}; the results may be read once that thread has ended, {@link #stop} comes from any.
 */
public final class Publisher implements Runnable {
    private static final long SPIN_NS = 80_000;
    private static final long SPARSE_NS = 1_000_000;
    private static final long MAX_PARK_NS = 1_000_000;
    private static final long SETTLE_NS = 5_000_000_000L;
    private static final int MAX_PER_PUMP = 512;

    private final Feed feed;
    private final RunClock clock;
    private final Schedule schedule;
    private final TickPayload payload;
    private final byte[][] channels;
    private final long[] lastNumbers;
    private final Histogram lagNs = new Histogram(1_000, 60_000_000_000L, 3);
    private volatile long total;
    private long sent;
    private IOException failure;

    /**
     * @param clock by which the schedule counts
     * @param payload its own from now on
     * @param total messages to send; then the thread ends
     */
    public Publisher(Feed feed, RunClock clock, Schedule schedule, List<String> channels, TickPayload payload,
            long total) {
        this.feed = feed;
        this.clock = clock;
        this.schedule = schedule;
        this.payload = payload;
        this.channels = channels.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        this.lastNumbers = new long[channels.size()];
        this.total = total;
    }

    @Override
    public void run() {
        try {
            while (sent < total) {
                publishDue();
                feed.pump();
                await();
            }
            settle();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Nothing more is published after this. */
    public void stop() {
        total = 0;
    }

    /** The last number published, by channel index. */
    public long[] lastNumbers() {
        return lastNumbers.clone();
    }

    /** Messages sent. */
    public long sent() {
        return sent;
    }

    /** Messages the other end refused. */
    public long refused() {
        return feed.refused();
    }

    /** How late messages were handed to the socket, ns. */
    public Histogram lagNs() {
        return lagNs;
    }

    /** What ended publishing early, or null. */
    public IOException failure() {
        return failure;
    }

    private void publishDue() throws IOException {
        long nowNs = clock.nowNs();
        for (int i = 0; i < MAX_PER_PUMP && sent < total; i++) {
            long dueNs = schedule.dueNs(sent);
            if (dueNs > nowNs) {
                return;
            }
            int channel = (int) (sent % channels.length);
            long number = ++lastNumbers[channel];
            feed.publish(channels[channel], payload.fill(channel, number, dueNs, RunClock.wallClockNs()));
            lagNs.recordValue(Math.min(nowNs - dueNs, lagNs.getHighestTrackableValue()));
            sent++;
        }
    }

    /** Sleeps until shortly before the next instant, since a sleep ends some 60 µs late; spins the rest only where that is rare. */
    private void await() {
        long leftNs = schedule.dueNs(sent) - clock.nowNs();
        boolean spin = schedule.stepNs() >= SPARSE_NS;
        long sleepNs = Math.min(spin ? leftNs - SPIN_NS : leftNs, MAX_PARK_NS);
        if (sleepNs > 0) {
            LockSupport.parkNanos(sleepNs);
        } else if (leftNs > 0) {
            Thread.onSpinWait();
        }
    }

    private void settle() throws IOException {
        long endNs = System.nanoTime() + SETTLE_NS;
        while (!feed.settled()) {
            if (System.nanoTime() - endNs > 0) {
                throw new IOException("the last messages were not answered within 5 s");
            }
            feed.pump();
            LockSupport.parkNanos(MAX_PARK_NS);
        }
    }
}
