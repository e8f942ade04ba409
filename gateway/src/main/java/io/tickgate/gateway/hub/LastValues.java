package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;

/**
 * The newest publication of a channel, and of a kind with a conflation key the newest of each of its values, of which it keeps
 * {@value #MAX_KEYS}: beyond that the one that was not published to for longest is forgotten. Owned by one thread, that of the
 * dispatcher or of a room.
 */
final class LastValues {
    static final int MAX_KEYS = 10_000;

    /** By key, in the order of the seqs; null on channels without keys. */
    private final LinkedHashMap<String, Publication> byKey;
    private Publication newest;

    LastValues(Kind kind) {
        byKey = kind.conflationKey() == null ? null : new LinkedHashMap<>();
    }

    private LastValues(LastValues original) {
        byKey = original.byKey == null ? null : new LinkedHashMap<>(original.byKey);
        newest = original.newest;
    }

    /** For another thread. */
    LastValues copy() {
        return new LastValues(this);
    }

    void take(Publication publication) {
        newest = publication;
        if (byKey != null && publication.conflationKey() != null) {
            byKey.putLast(publication.conflationKey(), publication);
            if (byKey.size() > MAX_KEYS) {
                byKey.pollFirstEntry();
            }
        }
    }

    /** The newest of all, or null if there is none. */
    Publication newest() {
        return newest;
    }

    /** Whether only one publication is ever new to somebody. */
    boolean isSingle() {
        return byKey == null;
    }

    /** What somebody who got everything up to {@code seq} is to get, oldest first. */
    List<Publication> after(long seq) {
        if (newest == null || newest.seq() <= seq) {
            return List.of();
        }
        if (byKey == null) {
            return List.of(newest);
        }
        List<Publication> found = new ArrayList<>();
        for (Publication publication : byKey.sequencedValues().reversed()) {
            if (publication.seq() <= seq) {
                break;
            }
            found.add(publication);
        }
        if (newest.conflationKey() == null) {
            found.addFirst(newest);
        }
        return found.reversed();
    }
}
