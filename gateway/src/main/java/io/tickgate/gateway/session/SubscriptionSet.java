package io.tickgate.gateway.session;

import java.util.Arrays;
import java.util.Collection;

/**
 * Some of a room's subscriptions, each of which is in one set at a time. Adding and removing take constant time; removing moves
 * the last one into the gap, so that who walks backwards may remove as it goes. Owned by the room's loop.
 */
public final class SubscriptionSet {
    private static final Subscription[] NONE = {};

    private Subscription[] members = NONE;
    private int size;

    public int size() {
        return size;
    }

    public Subscription get(int index) {
        return members[index];
    }

    public void addTo(Collection<Subscription> all) {
        all.addAll(Arrays.asList(members).subList(0, size));
    }

    public void add(Subscription subscription) {
        assert subscription.set == null : "it is in a set";
        if (size == members.length) {
            members = Arrays.copyOf(members, Math.max(2, size + (size >> 1)));
        }
        subscription.set = this;
        subscription.index = size;
        members[size++] = subscription;
    }

    public void remove(Subscription subscription) {
        assert subscription.set == this : "it is in another set";
        Subscription last = members[--size];
        members[size] = null;
        if (last != subscription) {
            members[subscription.index] = last;
            last.index = subscription.index;
        }
        subscription.set = null;
        subscription.index = -1;
    }
}
