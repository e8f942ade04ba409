package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.compress.ContentSum;

/**
 * A sequence of updates that some connections get in one turn: a node of a {@link RunTrie}, reached from the
 * root by appending update after update. Owned by the loop, valid within its turn.
 */
public final class Run {
    Run parent;
    /** The run's last update, and where its fate is counted. */
    Publication publication;
    Tally tally;
    /** How many connections had all of the run taken by the kernel. */
    int taken;
    /** The run that came last after this one: the only one that the update being delivered can lead to. */
    Run latestChild;
    /** Where the run's last update stands in its source's buffer. */
    int lastStart;
    int lastEnd;
    /** Where the whole run stands in its source's buffer if it is contiguous there, else -1. */
    int contiguousStart;
    int length;
    int updates;
    /** The bytes of the whole run, made when first asked for. */
    ByteBuf bytes;
    /** Of the last update's content; null if nobody asks for it. */
    private ContentSum lastSum;
    /** Of the whole run's content, made when first asked for. */
    private ContentSum sum;

    Run() {}

    Run reset(Run before, Publication last, Tally lastTally, int start, int end, ContentSum contentSum) {
        parent = before;
        publication = last;
        tally = lastTally;
        taken = 0;
        latestChild = null;
        lastStart = start;
        lastEnd = end;
        length = before.length + end - start;
        updates = before.updates + 1;
        bytes = null;
        lastSum = contentSum;
        sum = null;
        boolean first = before.parent == null;
        boolean follows = before.contiguousStart >= 0 && before.lastEnd == start;
        contiguousStart = first ? start : follows ? before.contiguousStart : -1;
        return this;
    }

    /** Bytes of the whole run. */
    public int length() {
        return length;
    }

    /** How many updates it holds. */
    public int updates() {
        return updates;
    }

    /** The run without its last update; of a run of one update, a run of none. */
    public Run before() {
        return parent;
    }

    /** The run's last update. */
    public Publication last() {
        return publication;
    }

    /** Bytes of the run's last update. */
    public int lastLength() {
        return lastEnd - lastStart;
    }

    /** Where the fate of the run's last update is counted. */
    public Tally tally() {
        return tally;
    }

    /** The sum of its content; null unless the format's framing asks for it. */
    public ContentSum sum() {
        if (sum == null && lastSum != null) {
            ContentSum before = parent.sum();
            if (before == null) {
                sum = lastSum;
            } else {
                sum = new ContentSum();
                sum.set(before, lastSum);
            }
        }
        return sum;
    }

    /** The turn is over. Sessions may keep the run until their next one, and nothing else by it. */
    void forget() {
        parent = null;
        latestChild = null;
        bytes = null;
        publication = null;
        tally = null;
        lastSum = null;
        sum = null;
    }

    /** Notes that a connection had all of it taken by the kernel. */
    public void countTaken() {
        taken++;
    }
}
