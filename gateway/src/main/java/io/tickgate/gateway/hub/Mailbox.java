package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Topic;

/**
 * The way from the dispatcher to one shard: a queue bounded in entries and bytes. For what finds it full a note is kept, in order
 * behind it until there is room again, that the shard shall read the channel's history; notices are never lost. Methods of the
 * dispatcher and of the shard are told apart by their names.
 */
final class Mailbox {
    /** Entries of one channel that did not fit. */
    private static final class Missed {
        final long number;
        final LastValues values;
        Entry newest;

        Missed(Entry first, LastValues values) {
            this.values = values;
            number = first.number();
            newest = first;
        }
    }

    private final OneToOneConcurrentArrayQueue<Object> queue;
    private final long maxBytes;
    private final Executor shardLoop;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicLong drainedBytes = new AtomicLong();
    private Runnable shardTurn;

    // The dispatcher's own.
    private final ArrayDeque<Object> held = new ArrayDeque<>();
    private final Map<Topic, Missed> openMisses = new HashMap<>();
    private long offeredBytes;
    private long newestNumber;
    private boolean unsignalled;
    private volatile boolean holding;

    Mailbox(int entries, long maxBytes, Executor shardLoop) {
        this.queue = new OneToOneConcurrentArrayQueue<>(entries);
        this.maxBytes = maxBytes;
        this.shardLoop = shardLoop;
    }

    /** Before the first use: what the shard does when there is something in the mailbox. */
    void onSignal(Runnable turn) {
        shardTurn = turn;
    }

    /**
     * Dispatcher: hands over an entry.
     *
     * @param values the channel's, which may be more than its history has left when there is room again
     * @return false if it was left to the history
     */
    boolean publish(Entry entry, LastValues values) {
        unsignalled = true;
        newestNumber = entry.number();
        int bytes = entry.weightBytes();
        if (held.isEmpty() && offeredBytes - drainedBytes.get() + bytes <= maxBytes && queue.offer(entry)) {
            offeredBytes += bytes;
            return true;
        }
        Missed missed = openMisses.get(entry.topic());
        if (missed == null) {
            missed = new Missed(entry, values);
            openMisses.put(entry.topic(), missed);
            hold(missed);
        } else {
            missed.newest = entry;
        }
        return false;
    }

    /** Dispatcher: hands over what must not get lost, behind all that came before. */
    void tell(ShardEvent event) {
        unsignalled = true;
        if (!held.isEmpty() || !queue.offer(event)) {
            if (event instanceof ShardEvent.RoomOpened opened) {
                // What the room misses from here on comes after this.
                openMisses.remove(opened.topic());
            }
            hold(event);
        }
    }

    /** Dispatcher, at the end of its turn: wakes the shard if there is something for it. */
    void signal() {
        if (!unsignalled) {
            return;
        }
        releaseHeld();
        unsignalled = false;
        if (signalled.compareAndSet(false, true)) {
            shardLoop.execute(shardTurn);
        }
    }

    /** Shard, at the start of its turn. */
    void beginDrain() {
        signalled.set(false);
    }

    /** Shard: the next entry or event, null if there is none. */
    Object poll() {
        Object next = queue.poll();
        if (next instanceof Entry entry) {
            // Only the shard writes it.
            drainedBytes.lazySet(drainedBytes.getPlain() + entry.weightBytes());
        }
        return next;
    }

    /** Shard: how much is there to be polled, at least. */
    int size() {
        return queue.size();
    }

    /** Shard: whether everything was taken that the dispatcher has handed over. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Shard: whether the dispatcher holds something back and should be asked to {@link #retry()}. */
    boolean isHolding() {
        return holding;
    }

    /** Dispatcher, asked by the shard: there may be room again. */
    void retry() {
        unsignalled = true;
        signal();
    }

    private void hold(Object entry) {
        held.add(entry);
        holding = true;
    }

    private void releaseHeld() {
        for (Object next = held.peek(); next != null; next = held.peek()) {
            if (queue.remainingCapacity() == 0) {
                return;
            }
            queue.offer(next instanceof Missed missed ? settle(missed) : next);
            held.remove();
        }
        holding = false;
    }

    private ShardEvent settle(Missed missed) {
        openMisses.remove(missed.newest.topic(), missed);
        // With the last note the shard has heard of everything.
        return new ShardEvent.Missed(missed.newest, missed.values.copy(),
                held.size() == 1 ? newestNumber : missed.number - 1);
    }
}
