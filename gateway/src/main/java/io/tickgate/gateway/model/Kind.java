package io.tickgate.gateway.model;

/**
 * The policy of all channels whose name begins with {@code name:}.
 *
 * @param name the part before the first colon
 * @param mode what a consumer that is behind gets
 * @param readers who may subscribe without a pattern in the token
 * @param payload what publishers may send
 * @param always whether the broker follows all channels of the kind from the start, so that a last value is there for the
 *        first subscriber
 * @param event the Socket.IO event name
 * @param historyEntries how many of a channel's last entries are kept for who is behind or comes back, 0 = none
 * @param historyMs how long they are kept
 * @param overrun what happens to a consumer of mode {@code every} that has fallen behind the history
 * @param seqField top-level integer of the payload that numbers a channel's publications, or null: the gateway numbers them
 * @param conflationKey top-level string or number of the payload by whose values the newest are kept, or null: the channel
 *        has one newest value; of mode {@code latest} only
 */
public record Kind(String name, DeliveryMode mode, Readers readers, Payload payload, boolean always, String event,
        int historyEntries, int historyMs, Overrun overrun, String seqField, String conflationKey) {
    static final int LATEST_ENTRIES = 64;
    static final int EVERY_ENTRIES = 1_000;
    static final int HISTORY_MS = 120_000;

    /** Who may subscribe to a kind's channels besides tokens whose patterns say so. */
    public enum Readers {
        /** Everyone. */
        PUBLIC,
        /** Only the user whose {@code sub} is the rest of the name. */
        OWNER,
        /** Nobody: a pattern is needed. */
        GRANTED
    }

    /** What a publisher may send. */
    public enum Payload {
        /** One JSON value; anything else is dropped and counted. */
        JSON,
        /** Text that is not JSON is taken as a JSON string. */
        ANY
    }

    /** What a consumer meets that has fallen behind the history. */
    public enum Overrun {
        /** The seqs it missed are announced. */
        GAP,
        /** It is disconnected. */
        CLOSE
    }

    /** A kind with the preset history of its mode, numbered by the gateway. */
    public Kind(String name, DeliveryMode mode, Readers readers, Payload payload, boolean always, String event) {
        this(name, mode, readers, payload, always, event, presetEntries(mode), HISTORY_MS, Overrun.GAP, null, null);
    }

    static int presetEntries(DeliveryMode mode) {
        return mode == DeliveryMode.LATEST ? LATEST_ENTRIES : EVERY_ENTRIES;
    }

    public Kind {
        Require.that(ChannelName.isKind(name), "kind", name, "[a-z][a-z0-9_-]*");
    }

    /** Whether channels of this kind are one user's own, never to be opened by patterns. */
    public boolean isPrivate() {
        return readers == Readers.OWNER;
    }
}
