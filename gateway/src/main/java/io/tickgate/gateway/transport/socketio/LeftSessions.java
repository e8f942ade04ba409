package io.tickgate.gateway.transport.socketio;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;

/**
 * The sessions that can be recovered: those whose client is gone, for {@link SocketIoSettings#socketIoRecoveryMs()} and at most
 * {@link SocketIoSettings#socketIoRecoverySessions()} of them, the first to leave forgotten first; and who holds the others, since
 * a client often knows earlier than the gateway that its connection is lost. Any loop, since clients come back on another one:
 * one lock, taken where a session begins or ends and nowhere else.
 */
final class LeftSessions {
    /** A client that is cut off again and again as it comes back may have left some behind that nobody has noticed yet. */
    private static final int CONNECTIONS_TO_END = 3;

    private final long keptNanos;
    private final int maxSessions;
    private final Clock clock;
    /** By pid, as they left. */
    private final SequencedMap<String, Kept> left = new LinkedHashMap<>();
    /** Who has a session at the moment, by pid; as many as there are connections that asked for it. */
    private final Map<String, SessionSocket> holders = new HashMap<>();

    private record Kept(LeftSession session, long untilNanos) {}

    LeftSessions(SocketIoSettings settings, Clock clock) {
        this.keptNanos = TimeUnit.MILLISECONDS.toNanos(settings.socketIoRecoveryMs());
        this.maxSessions = settings.socketIoRecoverySessions();
        this.clock = clock;
    }

    /** Whether there is place for any. */
    boolean isOn() {
        return maxSessions > 0;
    }

    /** Somebody has begun a session. */
    synchronized void hold(String pid, SessionSocket holder) {
        holders.put(pid, holder);
    }

    /** Whoever had a session lets go of it for good. */
    synchronized void drop(String pid, SessionSocket holder) {
        holders.remove(pid, holder);
    }

    /**
     * Whoever had a session lets go of it, and its client may come back.
     *
     * @return how many were forgotten for it
     */
    synchronized int leave(LeftSession session, SessionSocket holder) {
        if (!holders.remove(session.pid(), holder)) {
            return 0;
        }
        expire();
        left.putLast(session.pid(), new Kept(session, clock.nanos() + keptNanos));
        int before = left.size();
        while (left.size() > maxSessions) {
            left.pollFirstEntry();
        }
        return before - left.size();
    }

    /**
     * Finds a session for somebody whose client wants to go on with it, who is told later if another connection has to be ended
     * for it first.
     */
    void claim(String pid, SessionSocket claimant) {
        claim(pid, claimant, CONNECTIONS_TO_END);
    }

    private void claim(String pid, SessionSocket claimant, int connectionsToEnd) {
        LeftSession found = take(pid, claimant);
        SessionSocket holder = found == null && connectionsToEnd > 0 ? holder(pid) : null;
        if (holder == null || !holder.giveUpFor(claimant, () -> claim(pid, claimant, connectionsToEnd - 1))) {
            claimant.onClaimed(found);
        }
    }

    private synchronized LeftSession take(String pid, SessionSocket claimant) {
        expire();
        Kept kept = left.get(pid);
        if (kept == null || kept.session().namespace() != claimant.place()) {
            return null;
        }
        left.remove(pid);
        holders.put(pid, claimant);
        return kept.session();
    }

    private synchronized SessionSocket holder(String pid) {
        return holders.get(pid);
    }

    /** Forgets those whose time is over. @return whether there are others */
    synchronized boolean expire() {
        long now = clock.nanos();
        while (!left.isEmpty() && now - left.firstEntry().getValue().untilNanos() >= 0) {
            left.pollFirstEntry();
        }
        return !left.isEmpty();
    }
}
