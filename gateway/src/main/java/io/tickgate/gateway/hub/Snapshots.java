package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.gateway.session.Session;

/**
 * The last values that sessions get as they subscribe: at once as far as their connection takes them, the others as it goes
 * on, and before anything newer. Owned by the shard; holds references to values, never copies.
 */
final class Snapshots {
    private final TurnOutput output;
    private final int lowWatermarkBytes;
    /** What sessions are still to get, oldest first. */
    private final Map<Session, ArrayDeque<Publication>> rests = new HashMap<>();

    /** @param lowWatermarkBytes what may be pending on a connection that is given one more */
    Snapshots(TurnOutput output, int lowWatermarkBytes) {
        this.output = output;
        this.lowWatermarkBytes = lowWatermarkBytes;
    }

    /** Gives a session a last value, now or when there is room for it. @return whether it has got it */
    boolean tryGive(Session session, Publication value) {
        if (!session.isAwaitingSnapshots() && takesMore(session)) {
            output.sendSnapshot(session, value);
            return true;
        }
        session.setAwaitingSnapshots(true);
        rests.computeIfAbsent(session, _ -> new ArrayDeque<>()).add(value);
        return false;
    }

    /** Gives a session what it has not got yet, as far as its connection takes it. @return whether that was all */
    boolean tryGiveRest(Session session) {
        if (!session.isAwaitingSnapshots()) {
            return true;
        }
        ArrayDeque<Publication> rest = rests.get(session);
        while (!rest.isEmpty() && session.isOpen()) {
            if (!takesMore(session)) {
                return false;
            }
            output.sendSnapshot(session, rest.remove());
        }
        forget(session);
        return true;
    }

    private boolean takesMore(Session session) {
        return session.outlet().pendingBytes() <= lowWatermarkBytes;
    }

    /** Whether a session is still to get a last value of a channel. */
    boolean isOwed(Session session, Topic topic) {
        return session.isAwaitingSnapshots() && rests.get(session).stream().anyMatch(value -> value.topic() == topic);
    }

    /** The session left a channel, or starts again there, or the channel does. */
    void forget(Session session, Topic topic) {
        if (session.isAwaitingSnapshots()) {
            rests.get(session).removeIf(value -> value.topic() == topic);
        }
    }

    /** The session has everything, or is over. */
    void forget(Session session) {
        if (session.isAwaitingSnapshots()) {
            session.setAwaitingSnapshots(false);
            rests.remove(session);
        }
    }

    /** The number before the first value that a session has not got yet, or {@code number} if there is none. */
    long reached(Session session, long number) {
        long reached = number;
        if (session.isAwaitingSnapshots()) {
            for (Publication value : rests.get(session)) {
                reached = Math.min(reached, value.number() - 1);
            }
        }
        return reached;
    }
}
