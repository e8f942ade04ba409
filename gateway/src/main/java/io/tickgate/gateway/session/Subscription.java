package io.tickgate.gateway.session;

/** One session's place in one room, and how far it has got there. Owned by the session's loop, driven by its shard. */
public final class Subscription {
    private final Session session;
    private final String channel;
    /** One delivery per so many milliseconds, 0 for every update. */
    public int intervalMs;
    /** The last seq that it got or was told it won't get; of a member in step the room knows it. */
    public long seq;
    /** Up to where it has waited for its interval already, and got too much at once; in the past for most. */
    public long dueSeq;
    /** The set it is in, and where. */
    SubscriptionSet set;
    int index = -1;

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

    /** The set it is in, null if none. */
    public SubscriptionSet set() {
        return set;
    }
}
