package io.tickgate.gateway.transport.socketio;

import java.util.Map;

import io.tickgate.gateway.auth.Principal;

/**
 * What is remembered of a session whose client is gone and may come back. Immutable.
 *
 * @param pid by which the client names it
 * @param principal who it was
 * @param intervals the milliseconds of the interval of each channel that it was subscribed to
 */
record LeftSession(String pid, Namespace namespace, String sessionId, Principal principal,
        Map<String, Integer> intervals) {

    /**
     * Who goes on with it: whoever the token names, or without one who it was, as a token may have come later than the CONNECT.
     *
     * @param connecting who connects
     * @return null if that is somebody else, or whoever it was may not any more
     */
    Principal continuedBy(Principal connecting, long nowMs) {
        if (!connecting.isAnonymous()) {
            return connecting.user().equals(principal.user()) ? connecting : null;
        }
        return principal.expiresAtMs() == 0 || principal.expiresAtMs() > nowMs ? principal : null;
    }

    /** Leaves the pid out: who has it can go on with the session. */
    @Override
    public String toString() {
        return "LeftSession[" + intervals.keySet() + "]";
    }
}
