package io.tickgate.gateway.session;

import java.util.Arrays;
import java.util.Collection;

/**
 * Some of a room's subscriptions, each of which is in one set at a time. Adding and removing take constant time; removing moves
 * the last one into the gap, so that who walks backwards may remove as it goes. Owned by the room's loop.
 */
public final class SubscriptionSet {
    private static final Subscription[] NONE = {};
    private static final Session[] NOBODY = {};

    private Subscription[] members = NONE;
    /** Whose they are, in the same order: to deliver, nothing need be read of the subscriptions themselves. */
    private Session[] sessions = NOBODY;
    private int size;

    public int size() {
        return size;
    }

    public Subscription get(int index) {
        return members[index];
    }

    /** Whose subscription stands there. */
    public Session session(int index) {
        return sessions[index];
    }

    public void addTo(Collection<Subscription> all) {
        all.addAll(Arrays.asList(members).subList(0, size));
    }

    public void add(Subscription subscription) {
        assert subscription.set == null : "it is in a set";
        if (size == members.length) {
            int capacity = Math.max(2, size + (size >> 1));
            members = Arrays.copyOf(members, capacity);
            sessions = Arrays.copyOf(sessions, capacity);
        }
        subscription.set = this;
        subscription.index = size;
        members[size] = subscription;
        sessions[size++] = subscription.session();
    }

    public void remove(Subscription subscription) {
        assert subscription.set == this : "it is in another set";
        Subscription last = members[--size];
        members[size] = null;
        sessions[size] = null;
        if (last != subscription) {
            members[subscription.index] = last;
            sessions[subscription.index] = last.session();
            last.index = subscription.index;
        }
        subscription.set = null;
        subscription.index = -1;
    }
}
