package io.tickgate.gateway.http;

import java.io.Serial;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.ErrorCode;

/**
 * What can be wrong with a request of HTTP/1.x before anything is done for it: each has its answer, after which the connection
 * closes, and its counter.
 */
enum Http1Breach {
    /** Bytes, lines, fields or lengths that a proxy before us may have understood otherwise (RFC 9112 §11.2). */
    MALFORMED(400, "the request breaks HTTP", Counter.HTTP1_MALFORMED),
    /** RFC 9112 §3. */
    LONG_LINE(414, "the request line is too long", Counter.HTTP1_HEAD_SIZE),
    /** RFC 6585 §5. */
    LARGE_HEAD(431, "the request's headers are too large", Counter.HTTP1_HEAD_SIZE),
    /** RFC 9110 §15.5.9. */
    LATE(408, "the request did not arrive in time", Counter.HTTP1_TIMEOUT),
    /** RFC 9110 §15.6.6; a higher minor version is answered as 1.1 (§2.5). */
    OTHER_VERSION(505, "this HTTP version is not spoken here", Counter.HTTP1_UNSUPPORTED),
    /** RFC 9110 §10.1.1. */
    OTHER_EXPECTATION(417, "only 100-continue can be expected", Counter.HTTP1_UNSUPPORTED),
    /** RFC 9110 §9.3.6: we are nobody's proxy. What follows may be meant for somebody else. */
    TUNNEL(501, "no tunnels are made here", Counter.HTTP1_UNSUPPORTED);

    private final int status;
    private final String message;
    private final Counter counter;

    Http1Breach(int status, String message, Counter counter) {
        this.status = status;
        this.message = message;
        this.counter = counter;
    }

    Response response() {
        return Response.error(status, ErrorCode.BAD_REQUEST, message);
    }

    Counter counter() {
        return counter;
    }

    /** Takes it out of a decoder; without a stack trace, so that breaches cost next to nothing. */
    Found found() {
        return new Found(this);
    }

    /** See {@link #found()}. */
    static final class Found extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final Http1Breach breach;

        private Found(Http1Breach breach) {
            super(breach.name(), null, false, false);
            this.breach = breach;
        }

        Http1Breach breach() {
            return breach;
        }
    }
}
