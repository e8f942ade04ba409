package io.tickgate.gateway.http;

import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketHandshake;

/** Whether a request asks for WebSocket on HTTP/1.1 (RFC 6455 §4.2.1), and with which extension. Pure. */
final class WebSocketUpgrade {

    private WebSocketUpgrade() {}

    static boolean isAsked(RequestHead head) {
        return head.sentMethod().equals("GET") && head.protocol().equals("HTTP/1.1")
                && hasToken(head, "connection", "upgrade") && hasToken(head, "upgrade", "websocket")
                && "13".equals(head.header("sec-websocket-version"))
                && WebSocketHandshake.isValidKey(head.header("sec-websocket-key"));
    }

    /** What is agreed of permessage-deflate; null if nothing. */
    static PermessageDeflate deflate(RequestHead head, WebSocketOptions options) {
        return options.deflate() ? PermessageDeflate.agree(head.headers("sec-websocket-extensions")) : null;
    }

    private static boolean hasToken(RequestHead head, String header, String token) {
        for (String line : head.headers(header)) {
            for (String part : line.split(",")) {
                if (part.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }
}
