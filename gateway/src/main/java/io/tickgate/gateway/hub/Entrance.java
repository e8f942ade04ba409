package io.tickgate.gateway.hub;

import java.util.List;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

/**
 * Where a session enters a room: what it is told, the last values it gets, and from where it is owed the rest. Immutable.
 *
 * @param from the seq after which everything is owed to it
 * @param recovered null where no resume was asked, else whether nothing is missing
 * @param snapshot the last values it gets, oldest first; empty if none
 * @param gap what it has missed for good, null if nothing is known to be
 */
record Entrance(Room room, long from, Boolean recovered, List<Publication> snapshot, ServerMessage.Gap gap) {

    /** @param joined the session's place in the room, null if it was not there before */
    static Entrance of(Room room, Subscription joined, Command.Subscribe command) {
        String position = command.resume().get(room.channel());
        if (position != null) {
            return resume(room, seqIn(room, position));
        }
        boolean isFresh = joined == null;
        if (isFresh && command.afterNumber() != Command.Subscribe.NO_NUMBER) {
            return resumeByNumber(room, command.afterNumber());
        }
        return isFresh
                ? atSnapshot(room, null, null)
                : new Entrance(room, room.position(joined), null, List.of(), null);
    }

    /** Where a session goes on that has everything up to a number and gets nothing twice; not recovered if something is gone. */
    static Entrance recover(Room room, long number) {
        if (number < room.history().bornNumber() || room.kind().mode() != DeliveryMode.LATEST) {
            return resumeByNumber(room, number);
        }
        long from = seqAt(room, number);
        // The history may have lost what is still a last value.
        for (Publication value : room.lastValues().after(0)) {
            if (value.number() > number) {
                return new Entrance(room, Math.min(from, value.seq() - 1), true, List.of(), null);
            }
        }
        return new Entrance(room, from, true, List.of(), null);
    }

    /** Whether the session goes on somewhere else than where it stands, if it was in the room before. */
    boolean isResumed() {
        return recovered != null;
    }

    /** The room as the answer to subscribe describes it. */
    ServerMessage.Joined joined(int intervalMs) {
        // A gap begins after the position that was asked for.
        long seq = snapshot.isEmpty() ? from : snapshot.getLast().seq();
        return new ServerMessage.Joined(room.channel(), room.topic().epoch(), seq, intervalMs, !snapshot.isEmpty(),
                recovered, room.isLive());
    }

    /** After the last value, or after everything: what came after the value can only be gaps, which are owed. */
    private static Entrance atSnapshot(Room room, Boolean recovered, ServerMessage.Gap gap) {
        List<Publication> snapshot = room.kind().mode() == DeliveryMode.LATEST
                ? room.lastValues().after(0)
                : List.of();
        long from = snapshot.isEmpty() ? room.seq() : snapshot.getLast().seq();
        return new Entrance(room, from, recovered, snapshot, gap);
    }

    /** @param seq what the client has, -1 if that was in another life of the channel */
    private static Entrance resume(Room room, long seq) {
        if (seq < 0) {
            return atSnapshot(room, false, new ServerMessage.Gap(room.channel(), 0, 0, GapReason.EPOCH));
        }
        if (room.kind().mode() == DeliveryMode.LATEST) {
            // Whatever came in between is conflated into the newest value, which is owed.
            return new Entrance(room, seq, true, List.of(), null);
        }
        return owed(room, seq);
    }

    /** What has a higher number is owed; a {@code latest} channel begins with its last value again. */
    private static Entrance resumeByNumber(Room room, long number) {
        History history = room.history();
        if (number < history.bornNumber()) {
            return resume(room, -1);
        }
        if (room.kind().mode() == DeliveryMode.LATEST) {
            return atSnapshot(room, true, null);
        }
        // Which of those that are gone the client had is not known.
        return owed(room, number < history.droppedNumber() ? 0 : seqAt(room, number));
    }

    /** The seq of the last entry up to a number; those after it are all kept. */
    private static long seqAt(Room room, long number) {
        Entry next = room.history().afterNumber(number);
        return next == null ? room.seq() : Math.min(next.from() - 1, room.seq());
    }

    /** Everything after {@code from}, as far back as the history reaches. */
    private static Entrance owed(Room room, long from) {
        Entry next = room.history().after(from);
        long first = next == null ? room.seq() + 1 : Math.min(next.from(), room.seq() + 1);
        return first <= from + 1
                ? new Entrance(room, from, true, List.of(), null)
                : new Entrance(room, from, false, List.of(),
                        new ServerMessage.Gap(room.channel(), from + 1, first - 1, GapReason.HISTORY));
    }

    /** The seq of a position in the room's epoch and not ahead of it, else -1. */
    static long seqIn(Room room, String position) {
        int hyphen = position.indexOf('-');
        if (hyphen < 0 || !position.substring(0, hyphen).equals(room.topic().epoch())) {
            return -1;
        }
        try {
            long seq = Long.parseLong(position, hyphen + 1, position.length(), 10);
            return seq <= room.seq() ? seq : -1;
        } catch (NumberFormatException notAPosition) {
            return -1;
        }
    }
}
