package io.tickgate.loadtest.swarm;

import org.HdrHistogram.Histogram;

/**
 * What a swarm, or one of its loops, has seen.
 *
 * @param deliveries ticks received within the window
 * @param verified deliveries among them that were decoded and checked
 * @param bytes received within the window, framing and HTTP included
 * @param reads socket reads within the window
 * @param received ticks received in the whole run
 * @param lost numbers that never came, by connection and channel, whole run
 * @param duplicated that came again
 * @param reordered that came after a later one
 * @param misrouted ticks of channels the connection had not joined
 * @param stale ticks that were due before this run
 * @param controls messages that hold no tick, once connected
 * @param gaps {@code gap} among them
 * @param closed connections that the server ended
 * @param undecodable compressed streams that broke
 * @param latencyNs receipt minus due instant, of ticks due within the window
 */
public record Counts(long deliveries, long verified, long bytes, long reads, long received, long lost, long duplicated,
        long reordered,
        long misrouted, long stale, long controls, long gaps, long closed, long undecodable, Histogram latencyNs) {

    /** The sum of both. */
    Counts plus(Counts other) {
        Histogram both = latencyNs.copy();
        both.add(other.latencyNs);
        return new Counts(deliveries + other.deliveries, verified + other.verified, bytes + other.bytes,
                reads + other.reads,
                received + other.received, lost + other.lost, duplicated + other.duplicated,
                reordered + other.reordered, misrouted + other.misrouted, stale + other.stale,
                controls + other.controls, gaps + other.gaps, closed + other.closed,
                undecodable + other.undecodable, both);
    }

    /** Whether every tick came once, in order, to whom it should, and nobody was put out. */
    public boolean clean() {
        return lost + duplicated + reordered + misrouted + gaps + closed + undecodable == 0;
    }
}
