package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.ServerMessage;

/**
 * How a session enters a room: what it is told, the last value it gets, and what it has missed. Immutable.
 *
 * @param snapshot null if none is sent
 * @param gap null if nothing is known to be missing
 */
record Entrance(ServerMessage.Joined joined, Publication snapshot, ServerMessage.Gap gap) {

    /**
     * @param fresh whether the session was not in the room before
     * @param resume the position to go on after, null where none was asked
     */
    static Entrance of(Room room, boolean fresh, String resume) {
        boolean latest = room.kind().mode() == DeliveryMode.LATEST;
        Publication lastValue = latest && (fresh || resume != null) ? room.lastValue() : null;
        if (resume == null) {
            return lastValue == null ? at(room, null, null, null) : withSnapshot(room, lastValue, null);
        }
        String here = room.topic().epoch() + "-" + room.seq();
        if (resume.equals(here)) {
            return at(room, null, true, null);
        }
        Long missedFrom = seqIn(room, resume);
        if (latest && missedFrom != null && lastValue != null && lastValue.seq() == room.seq()) {
            // Whatever came in between is conflated into the newest value.
            return withSnapshot(room, lastValue, true);
        }
        String channel = room.channel();
        ServerMessage.Gap gap = missedFrom == null
                ? new ServerMessage.Gap(channel, 0, 0, GapReason.EPOCH)
                : new ServerMessage.Gap(channel, missedFrom + 1, room.seq(), GapReason.HISTORY);
        return lastValue == null
                ? at(room, null, false, gap)
                : new Entrance(joined(room, lastValue.seq(), true, false), lastValue, gap);
    }

    private static Entrance at(Room room, Publication snapshot, Boolean recovered, ServerMessage.Gap gap) {
        return new Entrance(joined(room, room.seq(), snapshot != null, recovered), snapshot, gap);
    }

    /** What follows starts after the snapshot: if entries came after it, they are gaps and said so. */
    private static Entrance withSnapshot(Room room, Publication lastValue, Boolean recovered) {
        ServerMessage.Gap stale = lastValue.seq() == room.seq()
                ? null
                : new ServerMessage.Gap(room.channel(), lastValue.seq() + 1, room.seq(), GapReason.UPSTREAM);
        return new Entrance(joined(room, lastValue.seq(), true, recovered), lastValue, stale);
    }

    private static ServerMessage.Joined joined(Room room, long seq, boolean snapshot, Boolean recovered) {
        return new ServerMessage.Joined(room.channel(), room.topic().epoch(), seq, 0, snapshot, recovered,
                room.isLive());
    }

    /** The seq of a position in the room's epoch and not ahead of it, else null. */
    private static Long seqIn(Room room, String position) {
        int hyphen = position.indexOf('-');
        if (hyphen < 0 || !position.substring(0, hyphen).equals(room.topic().epoch())) {
            return null;
        }
        try {
            long seq = Long.parseLong(position, hyphen + 1, position.length(), 10);
            return seq >= 0 && seq < room.seq() ? seq : null;
        } catch (NumberFormatException notAPosition) {
            return null;
        }
    }
}
