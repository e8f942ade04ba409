package io.tickgate.gateway;

import java.util.List;
import java.util.Map;

import io.tickgate.gateway.auth.AuthSettings;
import io.tickgate.gateway.model.KindSettings;
import io.tickgate.gateway.model.Kinds;

/** Everything a gateway is told before it starts: one record of each package that has settings. Immutable. */
public record GatewaySettings(AuthSettings auth, DemoSettings demo, Kinds kinds) {
    private static final String KINDS = "kinds";

    /** The records in the order of {@code --help}; a package's settings exist once its record stands here. */
    static SettingsSchema schema() {
        return new SettingsSchema(List.of(AuthSettings.class, DemoSettings.class), Map.of(KINDS, KindSettings.class));
    }

    /** The port as configured, by which a demo gateway is told from another on the same machine. */
    int port() {
        return 8080;
    }

    /** @throws SettingsException if settings don't go together */
    static GatewaySettings of(BoundSettings bound) {
        try {
            return new GatewaySettings(bound.get(AuthSettings.class), bound.get(DemoSettings.class),
                    Kinds.with(bound.section(KINDS, KindSettings.class)));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(e.getMessage());
        }
    }
}
