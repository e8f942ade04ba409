package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.GapReason;

/**
 * What is kept of one channel after a position, whatever the kind's mode: a reading of its history that whoever asked may hold on
 * to. Immutable; as large as was asked for.
 *
 * @param seq the last one that it tells of; what comes after it is asked for with it
 * @param isSameEpoch whether the position was of the channel's present life, rather than of none that is known
 * @param recovered whether nothing after the position is missing
 * @param entries oldest first; what the history has lost stands among them as a gap
 */
public record Kept(Topic topic, long seq, boolean isSameEpoch, boolean recovered, List<Entry> entries) {

    static Kept after(Room room, String position, int maxBytes) {
        long asked = Entrance.seqIn(room, position);
        boolean isSameEpoch = asked >= 0;
        boolean recovered = isSameEpoch;
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        long at = Math.max(0, asked);
        while (at < room.seq()) {
            Entry next = room.history().after(at);
            boolean isGone = next == null || next.from() > at + 1;
            if (isGone) {
                long to = next == null ? room.seq() : Math.min(next.from() - 1, room.seq());
                // Of another life nobody knows what was there.
                if (isSameEpoch || !entries.isEmpty()) {
                    recovered = false;
                    entries.add(new Gap(room.topic(), at + 1, to, GapReason.HISTORY, 0, 0));
                }
                at = to;
            } else if (!entries.isEmpty() && bytes + next.weightBytes() > maxBytes) {
                break;
            } else {
                entries.add(next);
                bytes += next.weightBytes();
                at = next.seq();
            }
        }
        return new Kept(room.topic(), at, isSameEpoch, recovered, List.copyOf(entries));
    }
}
