package io.tickgate.gateway.session;

import io.tickgate.gateway.wire.Run;
import io.tickgate.gateway.wire.Tally;

/**
 * The updates that were written to a connection and not wholly taken by the kernel yet, oldest first: whose they are and where
 * in the connection's bytes they end. There only while something is pending, and bounded by what may be pending.
 */
final class Unsent {
    private Tally[] tallies = new Tally[16];
    private long[] ends = new long[16];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds the updates of a run whose last byte is the connection's {@code end}-th. */
    void add(Run run, long end) {
        int updates = run.updates();
        reserve(updates);
        long updateEnd = end;
        Run update = run;
        for (int i = size + updates - 1; i >= size; i--) {
            int at = (first + i) & (ends.length - 1);
            tallies[at] = update.tally();
            ends[at] = updateEnd;
            update.tally().addUnsent(1);
            updateEnd -= update.lastLength();
            update = update.before();
        }
        size += updates;
    }

    /** Counts what ends at or before the {@code taken}-th byte as delivered. @return how many updates that were */
    int settle(long taken) {
        int settled = 0;
        while (size > 0 && ends[first] <= taken) {
            take().addDelivered(1);
            settled++;
        }
        return settled;
    }

    /** Counts all as abandoned: the client is gone. @return how many updates that were */
    int abandon() {
        int abandoned = size;
        while (size > 0) {
            take().addAbandoned(1);
        }
        return abandoned;
    }

    private Tally take() {
        Tally tally = tallies[first];
        tallies[first] = null;
        tally.addUnsent(-1);
        first = (first + 1) & (ends.length - 1);
        size--;
        return tally;
    }

    private void reserve(int more) {
        int needed = size + more;
        if (needed <= ends.length) {
            return;
        }
        int capacity = Integer.highestOneBit(needed - 1) << 1;
        Tally[] largerTallies = new Tally[capacity];
        long[] largerEnds = new long[capacity];
        for (int i = 0; i < size; i++) {
            int at = (first + i) & (ends.length - 1);
            largerTallies[i] = tallies[at];
            largerEnds[i] = ends[at];
        }
        tallies = largerTallies;
        ends = largerEnds;
        first = 0;
    }
}
