package io.tickgate.protocol.message;

/** Why seqs of a channel will not come. */
public enum GapReason {
    /** The reader fell further behind than the history reaches. */
    SLOW("slow"),
    /** The position to resume from is older than the history. */
    HISTORY("history"),
    /** The broker connection was lost: the outage takes one seq, how many updates were lost is unknown. */
    UPSTREAM("upstream"),
    /** The position is of another life of the channel. */
    EPOCH("epoch");

    private final String word;

    GapReason(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
