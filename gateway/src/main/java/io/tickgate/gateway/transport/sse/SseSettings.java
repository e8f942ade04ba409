package io.tickgate.gateway.transport.sse;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What event streams tell their clients. */
public record SseSettings(
        @Setting(value = "Milliseconds after which an EventSource reconnects, 100 to 600000", preset = "2000") int sseRetryMs) {

    public SseSettings {
        Require.range("sseRetryMs", sseRetryMs, 100, 600_000);
    }
}
