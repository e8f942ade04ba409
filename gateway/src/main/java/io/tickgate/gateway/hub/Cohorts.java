package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.wire.CompressionSettings;
import io.tickgate.gateway.wire.Encodings;
import io.tickgate.gateway.wire.SharedStream;
import io.tickgate.gateway.wire.StreamCursor;
import io.tickgate.gateway.wire.WireFormat;

/**
 * Sessions of one loop that get the same, in the same format, and so can share a compressed stream. Whose subscriptions change
 * is grouped anew when they have rested for a second. Owned by the shard; at most as many streams as the settings allow, which
 * the largest cohorts get.
 */
final class Cohorts {
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How many times as large a cohort must be as another one to get its stream: they don't pass it to and fro. */
    private static final int LARGER = 2;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /**
     * Who gets the same, but for what is of one user alone. Should two that don't have the same hash they share a stream badly, and
     * nothing worse: each takes of it what it is to get.
     */
    private record Key(WireFormat format, int channels, long hash) {}

    private static final class Cohort {
        final Key key;
        final Set<Session> members = new LinkedHashSet<>();
        SharedStream stream;
        long keyframeNanos;

        Cohort(Key key) {
            this.key = key;
        }

        int size() {
            return members.size();
        }
    }

    private final Rooms rooms;
    private final TurnOutput output;
    private final Encodings encodings;
    private final CompressionSettings settings;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Map<Key, Cohort> cohorts = new HashMap<>();
    private final Map<Session, Cohort> bySession = new HashMap<>();
    /** Sessions whose subscriptions have changed, and when, the one that rests for longest first. */
    private final SequencedMap<Session, Long> changed = new LinkedHashMap<>();
    private int streams;
    /** Whether another cohort may be the one to get a stream. */
    private boolean isResized;

    Cohorts(Rooms rooms, TurnOutput output, Encodings encodings, CompressionSettings settings, Clock clock,
            LoopMetrics metrics) {
        this.rooms = rooms;
        this.output = output;
        this.encodings = encodings;
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** What a session gets has changed: it shares no stream for now. */
    void changed(Session session) {
        if (session.isOpen() && session.turns().areShareable() && settings.compressionContexts() > 0) {
            leave(session);
            changed.remove(session);
            changed.put(session, clock.nanos());
        }
    }

    /** The session is over. */
    void forget(Session session) {
        changed.remove(session);
        Cohort cohort = bySession.remove(session);
        if (cohort != null) {
            cohort.members.remove(session);
        }
    }

    private void leave(Session session) {
        Cohort cohort = bySession.remove(session);
        if (cohort != null) {
            cohort.members.remove(session);
            stopSharing(session);
        }
    }

    private void stopSharing(Session session) {
        if (output.tryLeaveStream(session)) {
            session.setCursor(null);
        }
    }

    /** Every so often, between turns. */
    void tick() {
        long now = clock.nanos();
        join(now);
        closeEmpty();
        open(now);
        long intervalNanos = TimeUnit.MILLISECONDS.toNanos(settings.keyframeMs());
        for (Cohort cohort : cohorts.values()) {
            if (cohort.stream != null && now - cohort.keyframeNanos >= intervalNanos) {
                cohort.stream.age();
                cohort.keyframeNanos = now;
            }
        }
        metrics.set(Gauge.SHARED_STREAMS, streams);
    }

    private void join(long now) {
        while (!changed.isEmpty() && now - changed.firstEntry().getValue() >= REST_NANOS) {
            Session session = changed.pollFirstEntry().getKey();
            Key key = key(session);
            if (key.channels() > 0) {
                Cohort cohort = cohorts.computeIfAbsent(key, Cohort::new);
                cohort.members.add(session);
                bySession.put(session, cohort);
                share(session, cohort);
                isResized = true;
            }
        }
    }

    private Key key(Session session) {
        int channels = 0;
        long hash = 0;
        for (Subscription subscription : session.subscriptions()) {
            if (isShared(subscription)) {
                channels++;
                // A sum, since the order says nothing.
                hash += hash(subscription);
            }
        }
        return new Key(session.turns().format(), channels, hash);
    }

    private boolean isShared(Subscription subscription) {
        return !rooms.of(subscription).kind().isPrivate();
    }

    /** FNV-1a of the interval and the channel's name. */
    private static long hash(Subscription subscription) {
        long hash = (FNV_OFFSET ^ subscription.intervalMs) * FNV_PRIME;
        String channel = subscription.channel();
        for (int i = 0; i < channel.length(); i++) {
            hash = (hash ^ channel.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    private static void share(Session session, Cohort cohort) {
        if (cohort.stream != null) {
            session.setCursor(new StreamCursor(cohort.stream));
        }
    }

    private void closeEmpty() {
        for (Iterator<Cohort> all = cohorts.values().iterator(); all.hasNext();) {
            Cohort cohort = all.next();
            if (cohort.members.isEmpty()) {
                close(cohort);
                all.remove();
            }
        }
    }

    /** Gives the largest cohorts a stream. */
    private void open(long now) {
        if (!isResized || streams == cohorts.size()) {
            return;
        }
        isResized = false;
        List<Cohort> without = new ArrayList<>(cohorts.values());
        without.removeIf(cohort -> cohort.stream != null);
        without.sort(Comparator.comparingInt(Cohort::size).reversed());
        for (Cohort cohort : without) {
            if (streams == settings.compressionContexts()) {
                Cohort smallest = smallestWithStream();
                if (cohort.size() < LARGER * smallest.size()) {
                    return;
                }
                close(smallest);
            }
            open(cohort, now);
        }
    }

    private Cohort smallestWithStream() {
        return cohorts.values().stream().filter(cohort -> cohort.stream != null)
                .min(Comparator.comparingInt(Cohort::size)).orElseThrow();
    }

    private void open(Cohort cohort, long now) {
        Set<String> channels = new HashSet<>();
        for (Subscription subscription : cohort.members.iterator().next().subscriptions()) {
            if (isShared(subscription)) {
                channels.add(subscription.channel());
            }
        }
        cohort.stream = encodings.open(cohort.key.format(), channels);
        cohort.keyframeNanos = now;
        streams++;
        cohort.members.forEach(session -> share(session, cohort));
    }

    private void close(Cohort cohort) {
        if (cohort.stream != null) {
            List.copyOf(cohort.members).forEach(this::stopSharing);
            encodings.close(cohort.stream);
            cohort.stream = null;
            streams--;
            isResized = true;
        }
    }
}
