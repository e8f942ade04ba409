package io.tickgate.gateway.admin;

/** Whether the gateway takes traffic. Set by the composition root, read by any thread. */
public final class Lifecycle {

    /** What the gateway is doing. */
    public enum Phase {
        STARTING, RUNNING, DRAINING
    }

    private volatile Phase phase = Phase.STARTING;

    public Phase phase() {
        return phase;
    }

    public void enter(Phase next) {
        phase = next;
    }
}
