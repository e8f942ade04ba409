package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;

import io.tickgate.gateway.http.Response;

/**
 * How a request is refused, with the codes and words of the reference server, which clients and their users know. Shared by
 * all loops, not to be changed.
 */
final class Refusal {
    static final Response UNKNOWN_TRANSPORT = refusal(0, "Transport unknown");
    static final Response UNKNOWN_SID = refusal(1, "Session ID unknown");
    static final Response BAD_HANDSHAKE_METHOD = refusal(2, "Bad handshake method");
    static final Response BAD_REQUEST = refusal(3, "Bad request");
    static final Response UNSUPPORTED_VERSION = refusal(5, "Unsupported protocol version");

    private Refusal() {}

    private static Response refusal(int code, String message) {
        String json = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
        return Response.json(400, json.getBytes(StandardCharsets.US_ASCII));
    }
}
