package io.tickgate.gateway.session;

/** One session's place in one room. Owned by the session's loop. */
public final class Subscription {
    private final Session session;
    private final String channel;
    /** The room's own: where it stands in the room, -1 outside of it. */
    public int index = -1;

    public Subscription(Session session, String channel) {
        this.session = session;
        this.channel = channel;
    }

    public Session session() {
        return session;
    }

    public String channel() {
        return channel;
    }
}
