package io.tickgate.gateway.wire;

/**
 * What became of updates on one loop, in seqs: each that was due to a subscriber is delivered, conflated, gapped, abandoned, or
 * still pending, and counted as exactly one of these. A channel's tally adds to the loop's. Owned by the loop.
 */
public final class Tally {
    private final Tally total;
    private long due;
    private long delivered;
    private long conflated;
    private long gapped;
    private long abandoned;
    private long unsent;

    /** @param total what this one adds to as well, or null */
    public Tally(Tally total) {
        this.total = total;
    }

    /** A subscriber was to get so many, from where it began to the last entry handled while it was there. */
    public void addDue(long seqs) {
        due += seqs;
        if (total != null) {
            total.addDue(seqs);
        }
    }

    /** Taken by the kernel, or fetched by the client. */
    public void addDelivered(long seqs) {
        delivered += seqs;
        if (total != null) {
            total.addDelivered(seqs);
        }
    }

    /** Left out by policy, since a newer value went out instead. */
    public void addConflated(long seqs) {
        conflated += seqs;
        if (total != null) {
            total.addConflated(seqs);
        }
    }

    /** Announced by a {@code gap}. */
    public void addGapped(long seqs) {
        gapped += seqs;
        if (total != null) {
            total.addGapped(seqs);
        }
    }

    /** Not taken before the subscription ended. */
    public void addAbandoned(long seqs) {
        abandoned += seqs;
        if (total != null) {
            total.addAbandoned(seqs);
        }
    }

    /** Written and not taken yet, or, if negative, not unsent any more. */
    public void addUnsent(int seqs) {
        unsent += seqs;
    }

    public long due() {
        return due;
    }

    public long delivered() {
        return delivered;
    }

    public long conflated() {
        return conflated;
    }

    public long gapped() {
        return gapped;
    }

    public long abandoned() {
        return abandoned;
    }

    /** What was written and not taken yet. */
    public long unsent() {
        return unsent;
    }
}
