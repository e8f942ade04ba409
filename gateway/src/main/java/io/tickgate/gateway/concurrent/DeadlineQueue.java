package io.tickgate.gateway.concurrent;

/**
 * Deadlines of many things that all have the same time: a queue in which whatever is started last is due last, so that one
 * periodic task serves thousands of connections without a timer each. Owned by one loop; starting and removing cost O(1) and
 * allocate nothing.
 */
public final class DeadlineQueue<E extends DeadlineQueue.Entry<E>> {

    /** What can wait in one queue at a time. */
    public abstract static class Entry<E extends Entry<E>> {
        private DeadlineQueue<E> queue;
        private E previous;
        private E next;
        private long deadlineNanos;

        /** Whether a deadline is running. */
        public final boolean isWaiting() {
            return queue != null;
        }

        /** When it is due, or was at last. */
        public final long deadlineNanos() {
            return deadlineNanos;
        }
    }

    private final long timeoutNanos;
    private E first;
    private E last;

    /** @param timeoutNanos the time between an entry's start and its deadline */
    public DeadlineQueue(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    /** Starts the entry's time, anew if it was running here or in another queue. */
    public void start(E entry, long nowNanos) {
        Entry<E> node = entry;
        if (node.queue != null) {
            node.queue.remove(entry);
        }
        node.queue = this;
        node.deadlineNanos = nowNanos + timeoutNanos;
        node.previous = last;
        if (last == null) {
            first = entry;
        } else {
            Entry<E> tail = last;
            tail.next = entry;
        }
        last = entry;
    }

    /** Stops the entry's time, if it is running here. */
    public void remove(E entry) {
        Entry<E> node = entry;
        if (node.queue != this) {
            return;
        }
        Entry<E> before = node.previous;
        Entry<E> after = node.next;
        if (before == null) {
            first = node.next;
        } else {
            before.next = node.next;
        }
        if (after == null) {
            last = node.previous;
        } else {
            after.previous = node.previous;
        }
        node.queue = null;
        node.previous = null;
        node.next = null;
    }

    /** Takes out the entry that has been due longest, or null if none is due. */
    public E pollDue(long nowNanos) {
        E entry = first;
        if (entry == null) {
            return null;
        }
        Entry<E> node = entry;
        if (nowNanos - node.deadlineNanos < 0) {
            return null;
        }
        remove(entry);
        return entry;
    }
}
