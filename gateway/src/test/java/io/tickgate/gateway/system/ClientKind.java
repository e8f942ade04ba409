package io.tickgate.gateway.system;

import java.net.http.HttpClient;

import io.tickgate.gateway.GatewayFixture;

/** The clients that run the table of scenarios: one for each way through the gateway. */
enum ClientKind {
    WEBSOCKET(false) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return new WebSocketTestClient(http, gateway.webSocketUri("/ws"), token);
        }
    },
    WEBSOCKET_TLS(true) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return new WebSocketTestClient(http, gateway.webSocketUri("/ws"), token);
        }
    },
    SSE_HTTP1(false) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return new SseTestClient(http, HttpClient.Version.HTTP_1_1, gateway.uri("/"), token);
        }
    },
    /** All clients of one HttpClient are streams of one connection. */
    SSE_HTTP2_TLS(true) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return new SseTestClient(http, HttpClient.Version.HTTP_2, gateway.uri("/"), token);
        }
    },
    SOCKETIO_POLLING(false) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return SocketIoTestClient.connect(gateway.uri("/"), token, "polling");
        }
    },
    SOCKETIO_WEBSOCKET(false) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return SocketIoTestClient.connect(gateway.uri("/"), token, "websocket");
        }
    },
    SOCKETIO_UPGRADE(false) {
        @Override
        TestClient connect(GatewayFixture gateway, HttpClient http, String token) {
            return SocketIoTestClient.connect(gateway.uri("/"), token, "polling", "websocket");
        }
    };

    private final boolean tls;

    ClientKind(boolean tls) {
        this.tls = tls;
    }

    /** Whether it needs a gateway with TLS, and an HttpClient that trusts its certificate. */
    boolean tls() {
        return tls;
    }

    /** @param token null for none */
    abstract TestClient connect(GatewayFixture gateway, HttpClient http, String token);
}
