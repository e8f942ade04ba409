package io.tickgate.gateway.http;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import io.tickgate.protocol.message.ErrorCode;

/** What RFC 9112 demands of a request head beyond what Netty's decoder checks. Pure. */
final class Http1Rules {
    static final Response BAD_REQUEST = Response.error(ErrorCode.BAD_REQUEST, "the request breaks HTTP");

    private static final Response URL_TOO_LONG = Response.error(414, ErrorCode.BAD_REQUEST,
            "the request line is too long");
    private static final Response HEAD_TOO_LARGE = Response.error(431, ErrorCode.BAD_REQUEST,
            "the request's headers are too large");
    private static final Response UNKNOWN_VERSION = Response.error(505, ErrorCode.BAD_REQUEST,
            "this HTTP version is not spoken here");
    private static final Response UNKNOWN_EXPECTATION = Response.error(417, ErrorCode.BAD_REQUEST,
            "only 100-continue can be expected");

    private Http1Rules() {}

    /** The refusal of a head that breaks the protocol or a limit, or null if it's all right. */
    static Response problem(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return problem(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
            return UNKNOWN_VERSION;
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean isHostMissing = hosts.isEmpty() && version.minorVersion() > 0;
        if (isHostMissing || hosts.size() > 1 || hasSmugglingShape(request)) {
            return BAD_REQUEST;
        }
        String expected = request.headers().get(HttpHeaderNames.EXPECT);
        return expected == null || expected.equalsIgnoreCase("100-continue") ? null : UNKNOWN_EXPECTATION;
    }

    private static Response problem(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line -> URL_TOO_LONG;
            case TooLongHttpHeaderException header -> HEAD_TOO_LARGE;
            default -> BAD_REQUEST;
        };
    }

    /**
     * Whether a proxy before us could see another end of this request than we do (RFC 9112 §6.1, §11.2): the only framings are
     * one Content-Length or exactly {@code chunked}.
     */
    private static boolean hasSmugglingShape(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        boolean isOneChunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
        return (!codings.isEmpty() && (!isOneChunked || !lengths.isEmpty())) || lengths.size() > 1;
    }

    static boolean isKeepAlive(HttpRequest request) {
        return request.decoderResult().isSuccess() && HttpUtil.isKeepAlive(request);
    }

    static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || contentLength(request) > 0;
    }

    /** The announced length, 0 if none is. */
    static long contentLength(HttpRequest request) {
        return HttpUtil.getContentLength(request, 0L);
    }

    /** Whether the client waits for {@code 100 Continue} before it sends the body (RFC 9110 §10.1.1). */
    static boolean expectsContinue(HttpRequest request) {
        return HttpUtil.is100ContinueExpected(request) && hasBody(request);
    }
}
