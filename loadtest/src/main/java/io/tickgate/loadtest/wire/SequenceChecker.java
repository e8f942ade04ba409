package io.tickgate.loadtest.wire;

import java.util.Arrays;

/**
 * Checks for many tracks (one subscriber's view of one channel each) that consecutive numbers arrive once and in order. One
 * thread; two longs per track, so what comes more than 64 numbers too late counts as late without being told from a duplicate.
 */
public final class SequenceChecker {
    private final long[] next;
    /** Bit k: the number k before {@code next - 1} has arrived. */
    private final long[] arrived;
    private long lost;
    private long duplicated;
    private long reordered;

    /** Each track expects number 1 first. */
    public SequenceChecker(int tracks) {
        next = new long[tracks];
        arrived = new long[tracks];
        Arrays.fill(next, 1);
        Arrays.fill(arrived, -1L);
    }

    /** Number {@code n} has arrived on {@code track}. */
    public void accept(int track, long n) {
        long expected = next[track];
        if (n == expected) {
            next[track] = n + 1;
            arrived[track] = arrived[track] << 1 | 1;
        } else if (n > expected) {
            skip(track, n - expected);
            next[track] = n + 1;
            arrived[track] = arrived[track] << 1 | 1;
        } else {
            late(track, expected - 1 - n);
        }
    }

    /** Nothing more will come on {@code track}: what is missing up to number {@code last} is lost. */
    public void finish(int track, long last) {
        if (last >= next[track]) {
            skip(track, last - next[track] + 1);
            next[track] = last + 1;
        }
    }

    /** Whether {@code track} has seen number {@code last} or a later one. */
    public boolean reached(int track, long last) {
        return next[track] > last;
    }

    /** How many numbers have not arrived, of those jumped over so far. */
    public long lost() {
        return lost;
    }

    /** How many arrived again. */
    public long duplicated() {
        return duplicated;
    }

    /** How many arrived after a later one; they are not lost. */
    public long reordered() {
        return reordered;
    }

    private void skip(int track, long count) {
        lost += count;
        arrived[track] = count >= Long.SIZE ? 0 : arrived[track] << count;
    }

    private void late(int track, long back) {
        if (back >= Long.SIZE) {
            reordered++;
            return;
        }
        long bit = 1L << back;
        if ((arrived[track] & bit) != 0) {
            duplicated++;
        } else {
            arrived[track] |= bit;
            reordered++;
            lost--;
        }
    }
}
