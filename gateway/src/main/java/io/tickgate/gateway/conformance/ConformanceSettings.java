package io.tickgate.gateway.conformance;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/**
 * Whether the gateway is what public conformance suites are run against, and the limits that these ask for. Immutable. The names
 * are those of the reference server's options, which the suites' own documentation uses.
 */
public record ConformanceSettings(
        @Setting(value = "Whether the gateway echoes at /echo, /echo-body, /engine.io/ and /socket.io/, for conformance suites rather than for clients; only on a loopback address", preset = "false") boolean conformance,

        @Setting(value = "Whether conformance mode may listen on an address that others reach", preset = "false") boolean conformanceForced,

        @Setting(value = "ms between two heartbeats of Engine.IO in conformance mode, 10 to 3600000; 0 is heartbeatMs", preset = "0") int pingInterval,

        @Setting(value = "ms an Engine.IO client may take to answer a heartbeat in conformance mode, 10 to 3600000; 0 is as in production", preset = "0") int pingTimeout,

        @Setting(value = "bytes of one Engine.IO polling body or message in conformance mode, 128 to 16777216; 0 is as in production", preset = "0") int maxPayload,

        @Setting(value = "ms a Socket.IO client may be in no namespace in conformance mode, 10 to 3600000; 0 is as in production", preset = "0") int connectTimeout) {

    public ConformanceSettings {
        requireMs("pingInterval", pingInterval);
        requireMs("pingTimeout", pingTimeout);
        requireMs("connectTimeout", connectTimeout);
        if (maxPayload != 0) {
            Require.range("maxPayload", maxPayload, 128, 16 << 20);
        }
        if (!conformance) {
            boolean isPlain = pingInterval == 0 && pingTimeout == 0 && maxPayload == 0 && connectTimeout == 0;
            Require.that(isPlain, "conformance", "false",
                    "true if any of pingInterval, pingTimeout, maxPayload and connectTimeout is set");
        }
    }

    private static void requireMs(String key, int ms) {
        if (ms != 0) {
            Require.range(key, ms, 10, 3_600_000);
        }
    }
}
