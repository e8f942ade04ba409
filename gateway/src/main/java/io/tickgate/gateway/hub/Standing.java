package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.protocol.message.ServerMessage;

/** How far a loop and its sessions have got, for transports that tell their clients. Owned by the shard. */
public final class Standing {
    private final Rooms rooms;
    private final Arrivals arrivals;

    Standing(Rooms rooms, Arrivals arrivals) {
        this.rooms = rooms;
        this.arrivals = arrivals;
    }

    /** The node-wide number up to which this loop has delivered everything. */
    public long number() {
        return arrivals.number();
    }

    /** The node-wide number up to which a session has been written everything on all its channels. */
    public long reached(Session session) {
        return rooms.reached(session, arrivals.number());
    }

    /** The node-wide number of a gap that a session is told of: it is told of it again if it resumes before. */
    public long number(ServerMessage.Gap gap) {
        return rooms.number(gap);
    }

    /** The newest value of a channel that a session is subscribed to, or null if none is known. */
    public Publication lastValue(Subscription subscription) {
        return rooms.of(subscription).lastValues().newest();
    }

    /**
     * What is kept of a channel that a session is subscribed to.
     *
     * @param position as clients have it; what is none is of another life of the channel
     * @param maxBytes of all entries together, but for a single one that is larger
     */
    public Kept kept(Subscription subscription, String position, int maxBytes) {
        return Kept.after(rooms.of(subscription), position, maxBytes);
    }
}
