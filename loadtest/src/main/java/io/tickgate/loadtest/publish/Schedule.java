package io.tickgate.loadtest.publish;

/**
 * When each message is due: message i at start + i / rate, or in bursts of several at the same instant at the same mean rate.
 * Immutable; nobody's lateness moves it.
 *
 * @param startNs instant of message 0, ns
 * @param perSecond messages per second, over all channels
 * @param burst messages due at the same instant, 1 or more
 */
public record Schedule(long startNs, double perSecond, int burst) {
    private static final double SECOND_NS = 1e9;

    public Schedule {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException("rate and burst must be positive");
        }
    }

    /** The instant at which message {@code index} (from 0) is due, ns. */
    public long dueNs(long index) {
        long group = index / burst;
        return startNs + Math.round(group * (burst * SECOND_NS / perSecond));
    }

    /** Nanoseconds between two instants at which something is due. */
    public long stepNs() {
        return Math.round(burst * SECOND_NS / perSecond);
    }

    /** How many messages are due before {@code endNs}. */
    public long countBefore(long endNs) {
        if (endNs <= startNs) {
            return 0;
        }
        long groups = (long) ((endNs - startNs) / (burst * SECOND_NS / perSecond));
        long index = groups * burst;
        while (dueNs(index) < endNs) {
            index += burst;
        }
        while (index >= burst && dueNs(index - burst) >= endNs) {
            index -= burst;
        }
        return index;
    }
}
