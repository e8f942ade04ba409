package io.tickgate.gateway.transport.websocket;

import java.util.List;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.DismissedWebSocket;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.gateway.http.WebSocketUpgrade;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.websocket.WebSocketHandshake;

/** {@code GET /ws}: admits clients that open a WebSocket (RFC 6455). Any loop. */
public final class WebSocketTransport implements Endpoint {
    private static final List<String> SUBPROTOCOLS = List.of("tickgate.v1.json");

    private final WebSocketSettings settings;
    private final Hub hub;
    private final RequestTokens tokens;

    public WebSocketTransport(WebSocketSettings settings, Hub hub, RequestTokens tokens) {
        this.settings = settings;
        this.hub = hub;
        this.tokens = tokens;
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        if (!exchange.isWebSocketUpgrade()) {
            exchange.respond(WebSocketUpgrade.wanted(exchange.request()));
            return;
        }
        Request request = exchange.request();
        Shard shard = hub.shard(exchange.loop());
        if (shard.isDraining()) {
            exchange.respond(Response.error(ErrorCode.UNAVAILABLE, "the gateway is stopping"));
            return;
        }
        // RFC 6455 §11.3.4: several headers mean the same as one.
        String offered = String.join(",", request.headers("sec-websocket-protocol"));
        String subprotocol = WebSocketHandshake.chooseSubprotocol(offered, SUBPROTOCOLS);
        switch (tokens.verify(request)) {
            case Verdict.Accepted(Principal principal) -> {
                boolean batched = "1".equals(request.query("batch"));
                WebSocketClient client = new WebSocketClient(shard, batched,
                        "message".equals(request.query("heartbeat")));
                // A batch is its client's own: nothing of it could be deflated once for all.
                WebSocketOptions options = new WebSocketOptions(subprotocol, settings.maxFrameBytes(), !batched);
                client.open(exchange.upgradeToWebSocket(options, client), principal);
            }
            case Verdict.Rejected(ErrorCode code, String _) -> {
                shard.metrics().increment(Counter.TOKENS_REFUSED);
                Disconnect reason = code == ErrorCode.TOKEN_EXPIRED
                        ? Disconnect.TOKEN_EXPIRED
                        : Disconnect.UNAUTHORIZED;
                WebSocketOptions options = new WebSocketOptions(subprotocol, settings.maxFrameBytes(), false);
                DismissedWebSocket.dismiss(exchange, options, reason);
            }
        }
    }
}
