package io.tickgate.gateway.admin;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What may be published by HTTP. */
public record AdminSettings(
        @Setting(value = "Bytes of the body of POST /api/publish, 1024 to 67108864", preset = "1048576") int maxPublishBytes,
        @Setting(value = "Messages in one POST /api/publish, 1 to 100000", preset = "1000") int maxPublishMessages) {

    public AdminSettings {
        Require.range("maxPublishBytes", maxPublishBytes, 1_024, 64 << 20);
        Require.range("maxPublishMessages", maxPublishMessages, 1, 100_000);
    }
}
