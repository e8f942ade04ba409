package io.tickgate.gateway.http;

import java.util.List;

import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.websocket.PermessageDeflate;
import io.tickgate.protocol.websocket.WebSocketHandshake;

/** The opening handshake of WebSocket (RFC 6455 §4.2, RFC 8441 §5): who asks for it, how, and with which extension. Pure. */
public final class WebSocketUpgrade {
    private static final String VERSION = "13";
    private static final String OTHER_VERSION = "of the WebSocket protocol version 13 is spoken";
    private static final Response BAD_KEY = Response.error(ErrorCode.BAD_REQUEST,
            "a WebSocket opening handshake has one Sec-WebSocket-Key of 16 bytes");

    private WebSocketUpgrade() {}

    /** The answer to a request at a path where there is nothing but WebSocket, if it asks for something else. */
    public static Response wanted(Request request) {
        if (request.protocol().equals("HTTP/2")) {
            // RFC 9113 §8.6: 426 and its Upgrade can't be said.
            return Response.error(ErrorCode.BAD_REQUEST, "a WebSocket is opened here, by extended CONNECT (RFC 8441)");
        }
        return upgradeRequired("a WebSocket opening handshake is wanted here");
    }

    private static Response upgradeRequired(String message) {
        return Response.error(426, ErrorCode.BAD_REQUEST, message).header("upgrade", "websocket")
                .header("connection", "upgrade").header("sec-websocket-version", VERSION);
    }

    /** Whether a request of HTTP/1.1 asks for WebSocket; others have {@code Upgrade} ignored. */
    static boolean isAsked(RequestHead head) {
        return head.sentMethod().equals("GET") && head.protocol().equals("HTTP/1.1")
                && hasToken(head, "connection", "upgrade") && hasToken(head, "upgrade", "websocket");
    }

    /** The refusal of a request of HTTP/1.1 that asks for WebSocket wrongly, else null. */
    static Response problem(RequestHead head) {
        if (!isVersionRight(head)) {
            // §4.4: the header says what would be right.
            return upgradeRequired(OTHER_VERSION);
        }
        List<String> keys = head.headers("sec-websocket-key");
        return keys.size() == 1 && WebSocketHandshake.isValidKey(keys.getFirst()) ? null : BAD_KEY;
    }

    /** The same on HTTP/2, where there is no key: the stream itself shows that nobody has mistaken it for something else. */
    static Response problemOnStream(RequestHead head) {
        return isVersionRight(head)
                ? null
                : Response.error(ErrorCode.BAD_REQUEST, OTHER_VERSION).header("sec-websocket-version", VERSION);
    }

    private static boolean isVersionRight(RequestHead head) {
        return head.headers("sec-websocket-version").equals(List.of(VERSION));
    }

    /** What is agreed of permessage-deflate; null if nothing. */
    static PermessageDeflate deflate(HttpLoop loop, RequestHead head, WebSocketOptions options) {
        return options.deflate() && loop.settings().compression()
                ? PermessageDeflate.agree(head.headers("sec-websocket-extensions"))
                : null;
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
