package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.session.Session;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.ServerMessage.Refused;

/**
 * A subscribe that is answered once every one of its rooms is open or refused, so that it joins all of them in one instant.
 * Owned by the session's loop.
 */
final class PendingSubscribe {
    final Session session;
    final Command.Subscribe command;
    /** Null unless it is a session that comes back. */
    final Comeback comeback;
    final long deadlineNanos;
    final List<Room> rooms = new ArrayList<>();
    final List<Refused> refused = new ArrayList<>(0);
    private int outstanding;

    PendingSubscribe(Session session, Command.Subscribe command, Comeback comeback, long deadlineNanos) {
        this.session = session;
        this.command = command;
        this.comeback = comeback;
        this.deadlineNanos = deadlineNanos;
    }

    void refuse(String channel, ErrorCode code, String message) {
        refused.add(new Refused(channel, code, message));
    }

    void add(Room room) {
        rooms.add(room);
        if (!room.isOpen()) {
            outstanding++;
        }
        room.waiting().add(this);
    }

    void roomOpened() {
        outstanding--;
    }

    void roomRefused(Room room, ErrorCode code, String message) {
        outstanding--;
        rooms.remove(room);
        refuse(room.channel(), code, message);
    }

    /** The interval that is asked for on a channel. */
    int intervalMs(Room room) {
        return comeback == null ? command.intervalMs() : comeback.intervals().get(room.channel());
    }

    boolean isReady() {
        return outstanding == 0;
    }
}
