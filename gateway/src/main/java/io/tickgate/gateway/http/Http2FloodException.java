package io.tickgate.gateway.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/** Ends an HTTP/2 connection as an attack (ENHANCE_YOUR_CALM, RFC 9113 §7). Costs no stack trace: it is the peer's fault. */
final class Http2FloodException extends Http2Exception {
    private static final long serialVersionUID = 1;

    private final Http2Flood flood;

    Http2FloodException(Http2Flood flood) {
        super(Http2Error.ENHANCE_YOUR_CALM, flood.reason());
        this.flood = flood;
    }

    Http2Flood flood() {
        return flood;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
