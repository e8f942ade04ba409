package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.ErrorCode;

/**
 * Subscribes that wait until the broker has confirmed their channels, at most one of each session. Those that waited for the same
 * one are answered some a turn: they may be everybody, after a restart. Owned by the shard.
 */
final class Confirmations {
    /** Some 10 ms. */
    private static final int ANSWERED_PER_TURN = 512;

    private final Rooms rooms;
    private final Clock clock;
    private final Consumer<PendingSubscribe> onReady;
    /** Oldest first. */
    private final SequencedMap<Session, PendingSubscribe> pending = new LinkedHashMap<>();
    /** Those of them that wait for nothing but their turn. */
    private final ArrayDeque<PendingSubscribe> ready = new ArrayDeque<>();
    private int answeredInTurn;

    /** @param onReady answers a subscribe whose rooms are all open or refused */
    Confirmations(Rooms rooms, Clock clock, Consumer<PendingSubscribe> onReady) {
        this.rooms = rooms;
        this.clock = clock;
        this.onReady = onReady;
    }

    void await(PendingSubscribe subscribe) {
        subscribe.session.setAwaitingBroker(true);
        pending.put(subscribe.session, subscribe);
    }

    void roomOpened(Room room) {
        for (PendingSubscribe subscribe : List.copyOf(room.waiting())) {
            subscribe.roomOpened();
            answerIfReady(subscribe);
        }
    }

    void roomRefused(ShardEvent.RoomRefused refused) {
        for (PendingSubscribe subscribe : List.copyOf(refused.room().waiting())) {
            subscribe.roomRefused(refused.room(), refused.code(), refused.message());
            answerIfReady(subscribe);
        }
    }

    private void answerIfReady(PendingSubscribe subscribe) {
        if (!subscribe.isReady()) {
            return;
        }
        if (ready.isEmpty() && answeredInTurn < ANSWERED_PER_TURN) {
            answer(subscribe);
        } else {
            ready.add(subscribe);
        }
    }

    /** At the end of a turn: answers those that are left, as far as the turn allows. @return whether some are left still */
    boolean answerSome() {
        while (answeredInTurn < ANSWERED_PER_TURN && !ready.isEmpty()) {
            answer(ready.poll());
        }
        answeredInTurn = 0;
        return !ready.isEmpty();
    }

    private void answer(PendingSubscribe subscribe) {
        answeredInTurn++;
        // Else its session has ended, or its time was over.
        if (subscribe.session.isOpen() && pending.remove(subscribe.session, subscribe)) {
            subscribe.session.setAwaitingBroker(false);
            onReady.accept(subscribe);
        }
    }

    /** Every so often: refuses what the broker did not confirm in time. */
    void tick() {
        long now = clock.nanos();
        while (!pending.isEmpty()) {
            PendingSubscribe oldest = pending.firstEntry().getValue();
            if (now - oldest.deadlineNanos < 0) {
                return;
            }
            for (Room room : List.copyOf(oldest.rooms)) {
                if (!room.isOpen()) {
                    room.waiting().remove(oldest);
                    oldest.roomRefused(room, ErrorCode.UNAVAILABLE, "the broker did not confirm in time");
                    rooms.closeIfAbandoned(room);
                }
            }
            answer(oldest);
        }
    }

    /** The session is over: what it waited for is no longer waited for. */
    void forget(Session session) {
        PendingSubscribe subscribe = pending.remove(session);
        if (subscribe != null) {
            abandon(subscribe);
        }
    }

    /** A subscribe that will not be answered. */
    void abandon(PendingSubscribe subscribe) {
        for (Room room : subscribe.rooms) {
            room.waiting().remove(subscribe);
            rooms.closeIfAbandoned(room);
        }
    }
}
