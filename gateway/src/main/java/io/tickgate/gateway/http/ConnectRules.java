package io.tickgate.gateway.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;

import io.tickgate.protocol.message.ErrorCode;

/**
 * What RFC 9113 §8.5 and RFC 8441 §4 demand of CONNECT on HTTP/2 beyond what Netty's decoder checks, and what is not served of
 * it. Pure.
 */
final class ConnectRules {
    private static final Response NO_PROXY = Response.error(405, ErrorCode.BAD_REQUEST, "this is not a proxy")
            .header("allow", "GET, HEAD, POST, OPTIONS");
    private static final Response UNKNOWN_PROTOCOL = Response.error(501, ErrorCode.BAD_REQUEST,
            "the only protocol spoken on a stream is websocket");

    private ConnectRules() {}

    private static boolean isConnect(Http2Headers headers) {
        return "CONNECT".contentEquals(headers.method());
    }

    private static CharSequence protocol(Http2Headers headers) {
        return headers.get(PseudoHeaderName.PROTOCOL.value());
    }

    /** Whether the pseudo-headers of a request contradict each other: a stream error. */
    static boolean isMalformed(Http2Headers headers) {
        if (protocol(headers) == null) {
            return isConnect(headers) && (headers.path() != null || headers.scheme() != null);
        }
        return !isConnect(headers) || headers.authority() == null;
    }

    static boolean asksForWebSocket(Http2Headers headers) {
        CharSequence protocol = protocol(headers);
        return protocol != null && "websocket".contentEquals(protocol);
    }

    /** What a request that is none of ours is answered (RFC 9110 §9.3.6, §15.6.2), else null. */
    static Response refusal(Http2Headers headers) {
        if (!isConnect(headers) || asksForWebSocket(headers)) {
            return null;
        }
        return protocol(headers) == null ? NO_PROXY : UNKNOWN_PROTOCOL;
    }
}
