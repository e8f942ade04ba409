package io.tickgate.loadtest.swarm;

/**
 * The stretch of a run that is measured, on the run's clock.
 *
 * @param runStartNs nothing due before this belongs to this run
 * @param startNs inclusive
 * @param endNs exclusive
 */
public record Window(long runStartNs, long startNs, long endNs) {
    boolean holds(long instantNs) {
        return instantNs >= startNs && instantNs < endNs;
    }
}
