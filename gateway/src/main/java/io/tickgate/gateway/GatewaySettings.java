package io.tickgate.gateway;

import java.util.List;
import java.util.Map;

import io.tickgate.gateway.admin.AdminSettings;
import io.tickgate.gateway.auth.AuthSettings;
import io.tickgate.gateway.broker.redis.RedisSettings;
import io.tickgate.gateway.conformance.ConformanceSettings;
import io.tickgate.gateway.http.HttpSettings;
import io.tickgate.gateway.hub.DrainSettings;
import io.tickgate.gateway.hub.HubSettings;
import io.tickgate.gateway.model.KindSettings;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.transport.socketio.SocketIoSettings;
import io.tickgate.gateway.transport.sse.SseSettings;
import io.tickgate.gateway.transport.websocket.WebSocketSettings;
import io.tickgate.gateway.wire.CompressionSettings;

/** Everything a gateway is told before it starts: one record of each package that has settings. Immutable. */
public record GatewaySettings(HttpSettings http, RedisSettings redis, DemoSettings demo, AuthSettings auth, Kinds kinds,
        HubSettings hub, CompressionSettings compression, DrainSettings drain, WebSocketSettings webSocket,
        SseSettings sse, SocketIoSettings socketIo, AdminSettings admin, ConformanceSettings conformance) {
    private static final String KINDS = "kinds";

    public GatewaySettings {
        // It answers whoever asks with whatever they send.
        boolean isSafe = !conformance.conformance() || conformance.conformanceForced() || http.isLoopback();
        Require.that(isSafe, "conformance", "true", "false with host " + http.host()
                + ", which others reach, unless conformanceForced is true");
    }

    /** The records in the order of {@code --help}; a package's settings exist once its record stands here. */
    static SettingsSchema schema() {
        return new SettingsSchema(
                List.of(HttpSettings.class, RedisSettings.class, DemoSettings.class, AuthSettings.class,
                        HubSettings.class, CompressionSettings.class, DrainSettings.class, WebSocketSettings.class,
                        SseSettings.class,
                        SocketIoSettings.class, AdminSettings.class, ConformanceSettings.class),
                Map.of(KINDS, KindSettings.class));
    }

    /** @throws SettingsException if settings don't go together */
    static GatewaySettings of(BoundSettings bound) {
        try {
            return new GatewaySettings(bound.get(HttpSettings.class), bound.get(RedisSettings.class),
                    bound.get(DemoSettings.class), bound.get(AuthSettings.class),
                    Kinds.with(bound.section(KINDS, KindSettings.class)), bound.get(HubSettings.class),
                    bound.get(CompressionSettings.class),
                    bound.get(DrainSettings.class),
                    bound.get(WebSocketSettings.class), bound.get(SseSettings.class),
                    bound.get(SocketIoSettings.class), bound.get(AdminSettings.class),
                    bound.get(ConformanceSettings.class));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(e.getMessage());
        }
    }

    /** The port as configured, by which a demo gateway is told from another on the same machine. */
    int port() {
        return http.port();
    }

    boolean isDemo() {
        return demo.isOn(redis.isConfigured());
    }
}
