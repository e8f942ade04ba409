package io.tickgate.gateway.hub;

import java.util.Arrays;

import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Publication;

/**
 * What a publisher's own sequence number says about a publication: that it comes next, that others were lost before it, that it
 * was here before, or that the publisher has begun to count anew. One for each channel that is numbered by its publisher; owned
 * by the dispatcher.
 */
final class PublisherSequence {
    enum Verdict {
        /** The last one's successor, or the first to be seen after some that were lost. */
        NEW,
        /** It was here before, or comes after its absence was announced. */
        DROP,
        /** The publisher counts anew: another life of the channel. */
        RESTART
    }

    /** So far back nobody publishes late. */
    private static final long FAR_BACK = 1_000;
    /** So many rising numbers in a row, all below the last one, are no latecomers. */
    private static final int RISING_RUN = 3;

    private long lowest;
    private int rising;

    /**
     * @param last the channel's last seq
     * @param seq the publication's, 1 or more
     */
    Verdict judge(History history, long last, long seq, byte[] payload) {
        if (seq > last) {
            rising = 0;
            return Verdict.NEW;
        }
        if (isKnown(history, seq, payload)) {
            return Verdict.DROP;
        }
        rising = seq > lowest ? rising + 1 : 1;
        lowest = seq;
        boolean restarted = seq == 1 || last - seq >= FAR_BACK || rising >= RISING_RUN;
        return restarted ? Verdict.RESTART : Verdict.DROP;
    }

    private static boolean isKnown(History history, long seq, byte[] payload) {
        Entry entry = history.after(seq - 1);
        return entry instanceof Publication known && known.seq() == seq && Arrays.equals(known.payload(), payload);
    }
}
