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
 */
public record Kind(String name, DeliveryMode mode, Readers readers, Payload payload, boolean always, String event) {

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

    public Kind {
        Require.that(ChannelName.isKind(name), "kind", name, "[a-z][a-z0-9_-]*");
    }

    /** Whether channels of this kind are one user's own, never to be opened by patterns. */
    public boolean isPrivate() {
        return readers == Readers.OWNER;
    }
}
