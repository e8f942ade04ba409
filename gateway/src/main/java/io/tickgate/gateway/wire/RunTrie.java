package io.tickgate.gateway.wire;

import java.util.Arrays;

import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.compress.ContentSum;

/** The runs of updates that connections get in one turn from one buffer. Owned by its loop; empty between turns. */
final class RunTrie {
    private static final int INITIAL_RUNS = 16;
    private static final int KEPT_RUNS = 4 * 1024;

    private final Run root = new Run();
    private Run[] runs = new Run[INITIAL_RUNS];
    private int used;

    RunTrie() {
        root.contiguousStart = -1;
    }

    /**
     * The run that is {@code before} and then an update. All connections of a room are asked for one update before the next
     * one's turn comes.
     *
     * @param before what the connection got in this turn already, null for nothing
     * @param start where the update stands in the buffer
     * @param sum of the update's content, null if nobody asks for it
     */
    Run append(Run before, Publication publication, Tally tally, int start, int end, ContentSum sum) {
        Run parent = before == null ? root : before;
        Run child = parent.latestChild;
        if (child == null || child.lastStart != start) {
            child = take().reset(parent, publication, tally, start, end, sum);
            parent.latestChild = child;
        }
        return child;
    }

    /** Forgets the turn, and counts as delivered what was taken of it. */
    void end() {
        if (used > 0) {
            countDelivered();
            root.latestChild = null;
            release();
        }
    }

    /** Who took a run took all the shorter ones that it begins with; they stand before it. */
    private void countDelivered() {
        for (int i = used - 1; i >= 0; i--) {
            Run run = runs[i];
            if (run.taken > 0) {
                run.tally.addDelivered(run.taken);
                run.parent.taken += run.taken;
            }
        }
        root.taken = 0;
    }

    private Run take() {
        if (used == runs.length) {
            runs = Arrays.copyOf(runs, runs.length * 2);
        }
        Run run = runs[used];
        if (run == null) {
            run = new Run();
            runs[used] = run;
        }
        used++;
        return run;
    }

    private void release() {
        for (int i = 0; i < used; i++) {
            runs[i].forget();
        }
        if (runs.length > KEPT_RUNS) {
            runs = new Run[INITIAL_RUNS];
        }
        used = 0;
    }
}
