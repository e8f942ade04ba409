package io.tickgate.protocol.sse;

/**
 * A line or event above the decoder's limit. Prepared and without a stack trace, so it costs nothing to throw and may be
 * thrown on any thread.
 */
// The check warns of stale stack traces and suppressed exceptions: this has and takes none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class SseFault extends Exception {
    static final SseFault TOO_BIG = new SseFault("event above the limit");

    private static final long serialVersionUID = 1;

    private SseFault(String message) {
        super(message, null, false, false);
    }
}
