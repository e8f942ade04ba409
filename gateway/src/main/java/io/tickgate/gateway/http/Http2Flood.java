package io.tickgate.gateway.http;

import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.metrics.Counter;

/**
 * What a peer may do that is allowed once and an attack in thousands (RFC 9113 §10.5): how often within
 * {@link #WINDOW_NANOS}, and what counts the connections that are ended for more.
 */
enum Http2Flood {
    /**
     * CVE-2023-44487: requests that the client resets at once. A page that is closed leaves all its streams together; an attack
     * does nothing else.
     */
    RAPID_RESET(Counter.HTTP2_RAPID_RESET, 200, "too many streams were reset"),
    /** CVE-2025-8671: frames that make us reset streams whose requests are being answered. */
    MADE_YOU_RESET(Counter.HTTP2_MADE_YOU_RESET, 200, "too many streams had to be reset"),
    /** Header blocks in many small pieces. Netty counts these, for each block anew. */
    CONTINUATION(Counter.HTTP2_CONTINUATION, Http2Flood.SMALL_CONTINUATIONS, "a header block came in too many pieces"),
    /** Header lists that decode to more than is taken; browsers with a heap of cookies send some, HPACK bombs all. */
    HEADER_SIZE(Counter.HTTP2_HEADER_SIZE, 100, "too large header lists"),
    /** Both directions. Clients that measure round trips send some a second. */
    PING(Counter.HTTP2_PING, 3_000, "too many PING frames"),
    /** Clients send one or two in all. Each new window size visits all streams. */
    SETTINGS(Counter.HTTP2_SETTINGS, 100, "too many SETTINGS frames"),
    /** Older browsers send some for each request. */
    PRIORITY(Counter.HTTP2_PRIORITY, 3_000, "too many PRIORITY frames"),
    /** DATA frames that neither bring anything nor end a request: of no use to anybody. */
    EMPTY_FRAMES(Counter.HTTP2_EMPTY_FRAMES, 100, "too many empty frames"),
    /** Types that we don't know, which some clients send to see that they are ignored (RFC 8701), and GOAWAY. */
    UNKNOWN_FRAMES(Counter.HTTP2_UNKNOWN_FRAMES, 1_000, "too many frames of no use"),
    /** Beyond {@link Http2FloodGuard#UPDATES_PER_DATA} for each DATA frame that we have sent. */
    WINDOW_UPDATES(Counter.HTTP2_WINDOW_UPDATES, 3_000, "too many WINDOW_UPDATE frames"),
    /** DATA frames that the peer's window cut to a few bytes, beyond those that it took whole. */
    TINY_WINDOWS(Counter.HTTP2_TINY_WINDOWS, 1_000, "the window was opened by too few bytes at a time");

    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Of less than 8 KiB each, in one header block. Clients fill their frames, so one is usual. */
    static final int SMALL_CONTINUATIONS = 16;

    /** Of the streams that a client may open, a fifth may be left within the window. */
    private static final int STREAMS_PER_RESET = 5;

    private final Counter counter;
    private final int limit;
    private final String reason;

    Http2Flood(Counter counter, int limit, String reason) {
        this.counter = counter;
        this.limit = limit;
        this.reason = reason;
    }

    Counter counter() {
        return counter;
    }

    /** What the GOAWAY says. */
    String reason() {
        return reason;
    }

    /** How many there may be within the window. */
    int limit(HttpSettings settings) {
        return this == RAPID_RESET ? Math.max(limit, settings.streams() / STREAMS_PER_RESET) : limit;
    }
}
