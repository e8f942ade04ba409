package io.tickgate.gateway.hub;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.tickgate.gateway.concurrent.DeadlineQueue;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;

/**
 * The last entries of one channel: a ring that the dispatcher writes and every shard reads by cursor, without a lock and
 * without copies. Bounded in entries and age by the channel's kind, and in bytes by {@link Histories}.
 *
 * <p>An entry stands where its ordinal says. What is overwritten or dropped is first put behind {@link #begin}, so a reader that
 * looks at {@code begin} once more after it has taken an entry knows whether it took the right one.
 */
final class History extends DeadlineQueue.Entry<History> {
    private static final int INITIAL_CAPACITY = 4;

    private final int maxEntries;
    private final long maxAgeNanos;
    private final long bornNumber;
    private volatile AtomicReferenceArray<Entry> ring;
    private volatile long begin;
    private volatile long end;
    private volatile long droppedNumber;
    private volatile long gapSeq;
    // The dispatcher's own.
    private final DeadlineQueue<History> ages;
    private long bytes;

    /**
     * @param maxEntries 0 for a channel without history
     * @param number the node-wide number as of now: what came before is not known here
     * @param ages where it waits to become too old
     */
    History(int maxEntries, int maxAgeMs, long number, DeadlineQueue<History> ages) {
        this.maxEntries = maxEntries;
        this.maxAgeNanos = TimeUnit.MILLISECONDS.toNanos(maxAgeMs);
        this.ring = new AtomicReferenceArray<>(INITIAL_CAPACITY);
        this.ages = ages;
        this.bornNumber = number;
        this.droppedNumber = number;
    }

    // ---- any thread

    /** The first kept entry that ends after a seq, or null if none does; if it doesn't follow at once, what lies between is gone. */
    Entry after(long seq) {
        return firstThat(seq, false);
    }

    /** The first kept entry with a higher number, or null if there is none. */
    Entry afterNumber(long number) {
        return firstThat(number, true);
    }

    /** The youngest entry, or null if there is none. */
    Entry newest() {
        while (true) {
            long last = end;
            if (begin == last && end == last) {
                return null;
            }
            Entry found = at(ring, last - 1);
            if (found != null && begin < last) {
                return found;
            }
        }
    }

    /** The node-wide number as of when the channel became known. */
    long bornNumber() {
        return bornNumber;
    }

    /** The node-wide number of the youngest entry that is gone, or from before the channel was known. */
    long droppedNumber() {
        return droppedNumber;
    }

    /** The seq of the last gap that came, 0 if none did. */
    long gapSeq() {
        return gapSeq;
    }

    private Entry firstThat(long isAbove, boolean byNumber) {
        while (true) {
            long last = end;
            AtomicReferenceArray<Entry> entries = ring;
            long low = begin;
            long high = last;
            while (low < high) {
                long middle = (low + high) >>> 1;
                Entry entry = at(entries, middle);
                if (entry == null || (byNumber ? entry.number() : entry.seq()) > isAbove) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            if (low < last) {
                Entry found = at(entries, low);
                if (found != null && begin <= low) {
                    return found;
                }
            } else if (end == last) {
                return null;
            }
            // Else the writer has gone on, perhaps past all that was there: what these entries hold says nothing of it.
        }
    }

    private static Entry at(AtomicReferenceArray<Entry> entries, long ordinal) {
        return entries.getAcquire((int) ordinal & (entries.length() - 1));
    }

    // ---- the dispatcher

    /** Adds the youngest entry and drops what is one too many or too old. @return by how many bytes it has grown */
    long append(Entry entry) {
        long before = bytes;
        if (entry instanceof Gap) {
            gapSeq = entry.seq();
        }
        if (maxEntries == 0) {
            droppedNumber = entry.number();
            return 0;
        }
        while (size() > 0 && (size() >= maxEntries || entry.ingestNanos() - oldest().ingestNanos() > maxAgeNanos)) {
            dropOldest();
        }
        if (size() == ring.length()) {
            grow();
        }
        long ordinal = end;
        ring.setRelease((int) ordinal & (ring.length() - 1), entry);
        bytes += entry.weightBytes();
        end = ordinal + 1;
        return bytes - before;
    }

    /** Where it waits to become too old. */
    DeadlineQueue<History> ages() {
        return ages;
    }

    /** Drops everything. @return how many bytes it held */
    long clear() {
        long held = bytes;
        while (size() > 0) {
            dropOldest();
        }
        ring = new AtomicReferenceArray<>(INITIAL_CAPACITY);
        return held;
    }

    private int size() {
        return (int) (end - begin);
    }

    private Entry oldest() {
        return at(ring, begin);
    }

    private void dropOldest() {
        Entry dropped = oldest();
        bytes -= dropped.weightBytes();
        droppedNumber = dropped.number();
        long gone = begin;
        begin = gone + 1;
        ring.setRelease((int) gone & (ring.length() - 1), null);
    }

    private void grow() {
        AtomicReferenceArray<Entry> larger = new AtomicReferenceArray<>(ring.length() * 2);
        for (long ordinal = begin; ordinal < end; ordinal++) {
            larger.setPlain((int) ordinal & (larger.length() - 1), at(ring, ordinal));
        }
        ring = larger;
    }
}
