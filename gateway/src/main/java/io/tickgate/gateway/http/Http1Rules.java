package io.tickgate.gateway.http;

import java.util.BitSet;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** What RFC 9112 demands of a request head beyond what the decoder checks. Pure. */
final class Http1Rules {
    /** RFC 3986 §3.2.2: what a name may hold besides letters and digits; {@code []:} are an IP literal's. */
    private static final BitSet HOST_CHARACTERS = new BitSet();

    static {
        "-._~!$&'()*+,;=%".chars().forEach(HOST_CHARACTERS::set);
        HOST_CHARACTERS.set('0', '9' + 1);
        HOST_CHARACTERS.set('a', 'z' + 1);
        HOST_CHARACTERS.set('A', 'Z' + 1);
    }

    private Http1Rules() {}

    /** What a head breaks, the protocol or a limit, or null if it's all right. */
    static Http1Breach breach(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return breach(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return Http1Breach.OTHER_VERSION;
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean isHostMissing = hosts.isEmpty() && version.minorVersion() > 0;
        if (isHostMissing || hosts.size() > 1 || (hosts.size() == 1 && !isHost(hosts.getFirst()))
                || hasOtherCoding(request)) {
            return Http1Breach.MALFORMED;
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return Http1Breach.TUNNEL;
        }
        boolean areMet = request.headers().getAll(HttpHeaderNames.EXPECT).stream()
                .allMatch(expected -> expected.equalsIgnoreCase("100-continue"));
        return areMet ? null : Http1Breach.OTHER_EXPECTATION;
    }

    private static Http1Breach breach(Throwable cause) {
        return switch (cause) {
            case Http1Breach.Found found -> found.breach();
            case TooLongHttpLineException line -> Http1Breach.LONG_LINE;
            case TooLongHttpHeaderException header -> Http1Breach.LARGE_HEAD;
            default -> Http1Breach.MALFORMED;
        };
    }

    /** What a broken part of a body breaks. */
    static Http1Breach bodyBreach(Throwable cause) {
        Http1Breach breach = breach(cause);
        // A long line in a body is that of a chunk.
        return breach == Http1Breach.LONG_LINE ? Http1Breach.MALFORMED : breach;
    }

    /** Whether there is any transfer coding but exactly {@code chunked}, which the decoder takes as the last of several too. */
    private static boolean hasOtherCoding(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return !codings.isEmpty() && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
    }

    /** Whether it's a host and perhaps a port (RFC 9112 §3.2); the host may be empty. */
    static boolean isHost(String value) {
        int colon = value.startsWith("[") ? value.indexOf(':', value.indexOf(']') + 1) : value.indexOf(':');
        String host = colon < 0 ? value : value.substring(0, colon);
        boolean isLiteral = host.startsWith("[") && host.endsWith("]");
        String name = isLiteral ? host.substring(1, host.length() - 1).replace(':', '.') : host;
        return name.chars().allMatch(HOST_CHARACTERS::get)
                && (colon < 0 || value.chars().skip(colon + 1L).allMatch(c -> c >= '0' && c <= '9'));
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
