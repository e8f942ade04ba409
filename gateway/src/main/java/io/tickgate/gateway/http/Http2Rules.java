package io.tickgate.gateway.http;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import io.tickgate.protocol.message.ErrorCode;

/** What RFC 9113 §8 demands of a request's header fields beyond what Netty's decoder checks. Pure. */
final class Http2Rules {
    /**
     * Header fields of a request at most. Each costs 32 bytes of the list's limit, so that a larger one may be set without
     * hundreds of thousands of fields; a browser sends some thirty, and each of its cookies as a field of its own (§8.2.3).
     */
    static final int MAX_FIELDS = 256;

    static final Response HEADERS_TOO_LARGE = Response.error(431, ErrorCode.BAD_REQUEST,
            "the request's headers are too large");

    private static final Response URL_TOO_LONG = Response.error(414, ErrorCode.BAD_REQUEST, "the path is too long");
    private static final Response UNKNOWN_EXPECTATION = Response.error(417, ErrorCode.BAD_REQUEST,
            "only 100-continue can be expected");

    private Http2Rules() {}

    /** §8.3.1, besides CONNECT: a Host that names somebody else than {@code :authority}, which has no user information, is malformed. */
    static void check(int streamId, Http2Headers headers) throws Http2Exception {
        CharSequence authority = headers.authority();
        List<CharSequence> hosts = headers.getAll(HttpHeaderNames.HOST);
        boolean isContradicted = authority != null && !hosts.isEmpty()
                && !authority.toString().equalsIgnoreCase(hosts.getFirst().toString());
        boolean hasUser = authority != null && authority.toString().indexOf('@') >= 0;
        if (ConnectRules.isMalformed(headers) || hosts.size() > 1 || isContradicted || hasUser) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "not a valid request");
        }
    }

    /** The refusal of a well-formed request that is beyond a limit, or null. */
    static Response problem(Http2Headers headers, HttpSettings settings) {
        Response refusedConnect = ConnectRules.refusal(headers);
        if (refusedConnect != null) {
            return refusedConnect;
        }
        if (headers.size() > MAX_FIELDS) {
            return HEADERS_TOO_LARGE;
        }
        CharSequence path = headers.path();
        if (path != null && path.length() > settings.urlBytes()) {
            return URL_TOO_LONG;
        }
        return headers.contains(HttpHeaderNames.EXPECT) && !expectsContinue(headers) ? UNKNOWN_EXPECTATION : null;
    }

    /** Whether the client waits for a 100 before it sends the body (RFC 9110 §10.1.1). */
    static boolean expectsContinue(Http2Headers headers) {
        return headers.contains(HttpHeaderNames.EXPECT, "100-continue", true);
    }
}
