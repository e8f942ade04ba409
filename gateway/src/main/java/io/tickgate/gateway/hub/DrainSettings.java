package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** How clients are sent away when the gateway is told to stop. */
public record DrainSettings(
        @Setting(value = "Milliseconds from SIGTERM within which every connection is closed, each at a random instant, 0 to 600000; 0 closes all at once, whatever they had still to take", preset = "10000") int drainMs,
        @Setting(value = "Milliseconds over which the clients are spread by the retry they are told then, 0 to 600000", preset = "10000") int drainRetryMs) {

    public DrainSettings {
        Require.range("drainMs", drainMs, 0, 600_000);
        Require.range("drainRetryMs", drainRetryMs, 0, 600_000);
    }
}
