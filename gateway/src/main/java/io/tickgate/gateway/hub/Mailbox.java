package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.GapReason;

/**
 * The way from the dispatcher to one shard: a queue bounded in entries and bytes. What finds it full becomes a gap of its
 * channel (the newest value on {@code latest} channels), kept in order behind it until there is room again; notices are never
 * lost. Methods of the dispatcher and of the shard are told apart by their names.
 */
final class Mailbox {
    /** Publications of one channel that did not fit. */
    private static final class Missed {
        final long from;
        Publication newest;

        Missed(Publication first) {
            from = first.seq();
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

    /** Dispatcher: hands over a publication. @return false if it became a gap */
    boolean publish(Publication publication) {
        unsignalled = true;
        int bytes = publication.payload().length;
        if (held.isEmpty() && offeredBytes - drainedBytes.get() + bytes <= maxBytes && queue.offer(publication)) {
            offeredBytes += bytes;
            return true;
        }
        Missed missed = openMisses.get(publication.topic());
        if (missed == null) {
            missed = new Missed(publication);
            openMisses.put(publication.topic(), missed);
            hold(missed);
        } else {
            missed.newest = publication;
        }
        return false;
    }

    /** Dispatcher: hands over what must not get lost, behind all that came before. */
    void tell(ShardEvent event) {
        unsignalled = true;
        if (!held.isEmpty() || !queue.offer(event)) {
            // What the channel misses from here on comes after this, so it is another gap.
            switch (event) {
                case ShardEvent.RoomOpened opened -> openMisses.remove(opened.topic());
                case ShardEvent.GapOpened gap -> openMisses.remove(gap.topic());
                case ShardEvent.RoomRefused _,ShardEvent.UpstreamChanged _ -> {
                }
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

    /** Shard: the next publication or event, null if there is none. */
    Object poll() {
        Object next = queue.poll();
        if (next instanceof Publication publication) {
            // Only the shard writes it.
            drainedBytes.lazySet(drainedBytes.getPlain() + publication.payload().length);
        }
        return next;
    }

    /** Shard: the turn's work is cut short, go on in another one. */
    void resignal() {
        if (signalled.compareAndSet(false, true)) {
            shardLoop.execute(shardTurn);
        }
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

    /** What stands for the publications that did not fit. */
    private Object settle(Missed missed) {
        Publication newest = missed.newest;
        Topic topic = newest.topic();
        openMisses.remove(topic, missed);
        if (topic.kind().mode() == DeliveryMode.LATEST) {
            offeredBytes += newest.payload().length;
            return newest;
        }
        return new ShardEvent.GapOpened(topic, missed.from, newest.seq(), GapReason.SLOW, newest.number());
    }
}
