package io.tickgate.gateway.wire;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** How streams are compressed for clients that accept it. */
public record CompressionSettings(
        @Setting(value = "Effort of gzip and permessage-deflate in streams, 1 (fast) to 9 (small); an update is compressed once for all", preset = "6") int compressionLevel,

        @Setting(value = "Compressors on one event loop whose blocks refer to those before them, 0 to 10000, a few hundred KB each: one for all connections with the same subscriptions, the largest groups first; others get every update compressed by itself", preset = "64") int compressionContexts,

        @Setting(value = "Blocks of a shared stream after which one refers to none before it, so that others may join, 1 to 10000", preset = "100") int keyframeBlocks,

        @Setting(value = "Milliseconds after which the same happens, 100 to 600000", preset = "5000") int keyframeMs) {

    public CompressionSettings {
        Require.range("compressionLevel", compressionLevel, 1, 9);
        Require.range("compressionContexts", compressionContexts, 0, 10_000);
        Require.range("keyframeBlocks", keyframeBlocks, 1, 10_000);
        Require.range("keyframeMs", keyframeMs, 100, 600_000);
    }
}
