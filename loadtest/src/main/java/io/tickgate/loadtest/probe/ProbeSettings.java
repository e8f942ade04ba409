package io.tickgate.loadtest.probe;

import java.net.URI;

import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/**
 * One run of the probe.
 *
 * @param label copied into the result
 * @param redis where to publish, or null to publish over HTTP to the swarm's target
 * @param apiKey for publishing over HTTP, or null
 * @param book what fills the payloads
 * @param perSecond messages per second over all channels
 * @param burst messages due at the same instant
 * @param warmupMs published but not measured
 * @param durationMs the window
 * @param settleMs pause between the last connection and the first message
 * @param drainMs what is missing counts as lost once nothing has come for so long
 * @param serverPid whose cost is measured, 0 = nobody's
 */
public record ProbeSettings(String label, SwarmSettings swarm, URI redis, String apiKey,
        TickPayload.Book book, double perSecond, int burst,
        int warmupMs, int durationMs, int settleMs, int drainMs, long serverPid) {

    public ProbeSettings {
        if (redis == null && swarm.isSecure()) {
            throw new IllegalArgumentException("to a server that speaks TLS the probe publishes by --redis only");
        }
    }

    /** The same run with other connections. */
    public ProbeSettings on(SwarmSettings other) {
        return new ProbeSettings(label, other, redis, apiKey, book, perSecond, burst, warmupMs, durationMs, settleMs,
                drainMs,
                serverPid);
    }

    /** Ticks that all connections together should receive in a window of this length. */
    double expectedDeliveries() {
        return perSecond * durationMs / 1e3 * swarm.connections() * swarm.subscriptions() / swarm.channels().size();
    }
}
