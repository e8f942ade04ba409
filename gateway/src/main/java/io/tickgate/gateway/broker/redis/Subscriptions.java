package io.tickgate.gateway.broker.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.tickgate.gateway.broker.BrokerSink;

/**
 * What is wanted from Redis, what it has confirmed, and so what to tell it next. Belongs to the ingest loop and does no I/O:
 * whoever does takes a {@link Batch}, sends it, and reports each confirmation before it takes the next one. Each name is
 * covered by exactly one subscription, its own or its kind's pattern, and never has two requests under way, so that a
 * confirmation can't be an outdated one.
 */
final class Subscriptions {

    enum Verb {
        SUBSCRIBE, PSUBSCRIBE, UNSUBSCRIBE
    }

    /** One request; the names are channels or, for {@link Verb#PSUBSCRIBE}, patterns. */
    record Batch(Verb verb, List<String> names) {}

    private enum Phase {
        /** Redis knows nothing of it. */
        IDLE,
        /** Asked for, not confirmed yet. */
        JOINING,
        /** Confirmed. */
        ACTIVE,
        /** Given up, not confirmed yet. */
        LEAVING
    }

    /** One upstream subscription. */
    private static final class Entry {
        final String name;
        final Verb verb;
        Phase phase = Phase.IDLE;
        boolean wanted;
        boolean inJoins;
        boolean inLeaves;
        /** Whether the connection is not complete without it. */
        boolean missing;

        Entry(String name, Verb verb) {
            this.name = name;
            this.verb = verb;
        }
    }

    private final BrokerSink sink;
    private final int batchMax;
    private final Map<String, Entry> patterns = new HashMap<>();
    private final Map<String, Entry> channels = new HashMap<>();
    /** Names whose confirmation the sink waits for. */
    private final Set<String> owed = new LinkedHashSet<>();
    /** Names that were asked for when their subscription was confirmed already. */
    private final ArrayDeque<String> due = new ArrayDeque<>();
    private final ArrayDeque<Entry> joins = new ArrayDeque<>();
    private final ArrayDeque<Entry> leaves = new ArrayDeque<>();
    private final List<Entry> batch = new ArrayList<>();
    private int unconfirmed;
    private int batchLimit;
    private boolean lastWasJoin;
    private boolean connected;
    /** Whether everything asked for was there once on this connection; what is asked for later is confirmed by itself. */
    private boolean complete;
    private int missing;

    /**
     * @param kinds kinds whose channels are covered by a pattern, from the start
     * @param batchMax the most names in one request
     */
    Subscriptions(Collection<String> kinds, int batchMax, BrokerSink sink) {
        this.sink = sink;
        this.batchMax = batchMax;
        for (String kind : kinds) {
            Entry entry = new Entry(kind + ":*", Verb.PSUBSCRIBE);
            entry.wanted = true;
            patterns.put(entry.name, entry);
        }
        onDisconnected();
    }

    /** Wants a channel; it is confirmed to the sink once, but not during this call. */
    void subscribe(String channel) {
        owed.add(channel);
        Entry entry = patternOf(channel);
        if (entry == null) {
            entry = channels.computeIfAbsent(channel, name -> new Entry(name, Verb.SUBSCRIBE));
        }
        entry.wanted = true;
        if (entry.phase == Phase.ACTIVE) {
            due.add(channel);
            return;
        }
        miss(entry);
        if (entry.phase == Phase.IDLE) {
            join(entry);
        }
    }

    /** Wants a channel no more. */
    void unsubscribe(String channel) {
        owed.remove(channel);
        Entry entry = channels.get(channel);
        if (entry == null || !entry.wanted) {
            return;
        }
        entry.wanted = false;
        found(entry);
        if (entry.phase == Phase.ACTIVE) {
            leave(entry);
        } else {
            forgetIfGone(entry);
        }
    }

    /** A new connection, which knows of nothing. */
    void onConnected() {
        connected = true;
    }

    /** All is lost that was confirmed, and has to be asked for again. */
    void onDisconnected() {
        connected = false;
        complete = false;
        batch.clear();
        unconfirmed = 0;
        batchLimit = batchMax;
        missing = 0;
        due.clear();
        joins.clear();
        leaves.clear();
        patterns.values().forEach(this::restart);
        Iterator<Entry> all = channels.values().iterator();
        while (all.hasNext()) {
            Entry entry = all.next();
            if (entry.wanted) {
                restart(entry);
            } else {
                all.remove();
            }
        }
    }

    private void restart(Entry entry) {
        entry.phase = Phase.IDLE;
        entry.inJoins = false;
        entry.inLeaves = false;
        entry.missing = false;
        miss(entry);
        join(entry);
    }

    /** Whether all that was asked for has been confirmed, refused or given up on this connection. */
    boolean isComplete() {
        return connected && missing == 0;
    }

    /** The connection was announced as complete: what is asked for from now on does not make it incomplete. */
    void onAnnounced() {
        complete = true;
    }

    /** Whether a request is under way. */
    boolean isBusy() {
        return unconfirmed > 0;
    }

    /** How many upstream subscriptions are wanted. */
    int size() {
        return patterns.size() + channels.size();
    }

    /** The next request, or null where there is nothing to ask for, or one is under way. */
    Batch next() {
        String channel;
        while ((channel = due.poll()) != null) {
            confirm(channel);
        }
        if (!connected || isBusy()) {
            return null;
        }
        boolean joinsFirst = !lastWasJoin;
        if (!(joinsFirst ? takeJoins() || takeLeaves() : takeLeaves() || takeJoins())) {
            return null;
        }
        unconfirmed = batch.size();
        lastWasJoin = batch.getFirst().phase == Phase.JOINING;
        Verb verb = lastWasJoin ? batch.getFirst().verb : Verb.UNSUBSCRIBE;
        return new Batch(verb, batch.stream().map(entry -> entry.name).toList());
    }

    private boolean takeJoins() {
        Entry entry;
        while (batch.size() < batchLimit && (entry = joins.peek()) != null) {
            boolean needed = entry.wanted && entry.phase == Phase.IDLE;
            if (needed && !batch.isEmpty() && entry.verb != batch.getFirst().verb) {
                break;
            }
            joins.poll();
            entry.inJoins = false;
            if (needed) {
                entry.phase = Phase.JOINING;
                batch.add(entry);
            } else {
                forgetIfGone(entry);
            }
        }
        return !batch.isEmpty();
    }

    private boolean takeLeaves() {
        Entry entry;
        while (batch.size() < batchLimit && (entry = leaves.poll()) != null) {
            entry.inLeaves = false;
            if (!entry.wanted && entry.phase == Phase.ACTIVE) {
                entry.phase = Phase.LEAVING;
                batch.add(entry);
            }
        }
        return !batch.isEmpty();
    }

    /** Redis confirmed one name of the request under way. */
    void onConfirmed(Verb verb, String name) {
        Entry entry = (verb == Verb.PSUBSCRIBE ? patterns : channels).get(name);
        Phase expected = verb == Verb.UNSUBSCRIBE ? Phase.LEAVING : Phase.JOINING;
        if (entry == null || entry.phase != expected) {
            return;
        }
        if (--unconfirmed == 0) {
            batch.clear();
            batchLimit = Math.min(batchMax, 2 * batchLimit);
        }
        if (verb == Verb.UNSUBSCRIBE) {
            entry.phase = Phase.IDLE;
            if (entry.wanted) {
                join(entry);
            } else {
                forgetIfGone(entry);
            }
            return;
        }
        entry.phase = Phase.ACTIVE;
        found(entry);
        if (!entry.wanted) {
            leave(entry);
        } else if (verb == Verb.PSUBSCRIBE) {
            owedUnder(entry).forEach(this::confirm);
        } else {
            confirm(name);
        }
    }

    /**
     * Redis refused the request under way as a whole, as it does when a user's rules forbid one of the names: it is asked
     * again in halves, until the forbidden names are alone.
     */
    void onRefused() {
        List<Entry> refused = List.copyOf(batch);
        batch.clear();
        unconfirmed = 0;
        if (refused.isEmpty()) {
            return;
        }
        if (refused.getFirst().phase == Phase.LEAVING) {
            // Nothing forbids leaving; what Redis keeps regardless is as good as kept by us.
            refused.forEach(entry -> entry.phase = Phase.ACTIVE);
        } else if (refused.size() == 1) {
            batchLimit = Math.min(batchMax, 2);
            giveUp(refused.getFirst());
        } else {
            batchLimit = refused.size() / 2;
            for (Entry entry : refused.reversed()) {
                entry.phase = Phase.IDLE;
                if (!entry.inJoins) {
                    entry.inJoins = true;
                    joins.addFirst(entry);
                }
            }
        }
    }

    private void giveUp(Entry entry) {
        entry.phase = Phase.IDLE;
        found(entry);
        List<String> names = entry.verb == Verb.PSUBSCRIBE ? owedUnder(entry) : List.of(entry.name);
        if (entry.verb == Verb.SUBSCRIBE) {
            entry.wanted = false;
            forgetIfGone(entry);
        }
        for (String name : names) {
            // Or it was confirmed on an earlier connection.
            owed.remove(name);
            sink.onRefused(name);
        }
    }

    private void confirm(String channel) {
        if (owed.remove(channel)) {
            sink.onSubscribed(channel);
        }
    }

    /** A copy, since the sink may ask for more or less when it is told. */
    private List<String> owedUnder(Entry pattern) {
        return owed.stream().filter(channel -> patternOf(channel) == pattern).toList();
    }

    private Entry patternOf(String channel) {
        int colon = channel.indexOf(':');
        return colon < 0 || patterns.isEmpty() ? null : patterns.get(channel.substring(0, colon) + ":*");
    }

    private void join(Entry entry) {
        if (!entry.inJoins) {
            entry.inJoins = true;
            joins.add(entry);
        }
    }

    private void leave(Entry entry) {
        if (!entry.inLeaves) {
            entry.inLeaves = true;
            leaves.add(entry);
        }
    }

    private void miss(Entry entry) {
        if (!complete && !entry.missing) {
            entry.missing = true;
            missing++;
        }
    }

    private void found(Entry entry) {
        if (entry.missing) {
            entry.missing = false;
            missing--;
        }
    }

    private void forgetIfGone(Entry entry) {
        if (!entry.wanted && entry.phase == Phase.IDLE && !entry.inJoins && !entry.inLeaves) {
            channels.remove(entry.name, entry);
        }
    }
}
