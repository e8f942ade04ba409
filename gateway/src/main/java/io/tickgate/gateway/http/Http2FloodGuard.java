package io.tickgate.gateway.http;

/**
 * Counts what one HTTP/2 peer does of each {@link Http2Flood}. Owned by the connection's loop.
 *
 * <p>The clock is read only when a count has reached its limit: if that took a whole window, counting begins anew.
 */
final class Http2FloodGuard {
    /** A client answers each DATA frame with an update for the stream and one for the connection; twice that is enough. */
    static final int UPDATES_PER_DATA = 4;

    private static final Http2Flood[] FLOODS = Http2Flood.values();

    private final HttpSettings settings;
    private final int[] counts = new int[FLOODS.length];
    private final long[] sinceNanos = new long[FLOODS.length];
    private Http2Flood found;

    Http2FloodGuard(HttpSettings settings) {
        this.settings = settings;
    }

    /** Counts one more, where nobody could be told by an exception: the next {@link #check()} tells. */
    void note(Http2Flood flood) {
        int count = ++counts[flood.ordinal()];
        if (count == 1) {
            sinceNanos[flood.ordinal()] = System.nanoTime();
        } else if (count > flood.limit(settings)) {
            long now = System.nanoTime();
            if (now - sinceNanos[flood.ordinal()] < Http2Flood.WINDOW_NANOS) {
                found = flood;
            } else {
                counts[flood.ordinal()] = 1;
                sinceNanos[flood.ordinal()] = now;
            }
        }
    }

    /** Counts one more. */
    void spend(Http2Flood flood) throws Http2FloodException {
        note(flood);
        check();
    }

    void check() throws Http2FloodException {
        if (found != null) {
            throw new Http2FloodException(found);
        }
    }

    /** A DATA frame was sent: so its reader may open its windows again. */
    void dataSent(boolean isTiny) {
        forgive(Http2Flood.WINDOW_UPDATES, UPDATES_PER_DATA);
        if (isTiny) {
            note(Http2Flood.TINY_WINDOWS);
        } else {
            forgive(Http2Flood.TINY_WINDOWS, 1);
        }
    }

    private void forgive(Http2Flood flood, int count) {
        counts[flood.ordinal()] = Math.max(0, counts[flood.ordinal()] - count);
    }
}
