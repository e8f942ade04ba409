package io.tickgate.gateway.model;

import java.util.Set;

/**
 * What a deployment says about a kind under {@code kinds:} in the configuration file. Whatever is null (or empty, where it is
 * a text) stays as it is preset; a kind of the deployment's own is preset to {@code every}, {@code granted}, {@code json},
 * not always, {@code <kind>_update}.
 */
public record KindSettings(
        @Setting("What a consumer that is behind gets: every or latest") DeliveryMode mode,
        @Setting("Who may subscribe without a pattern in the token: public, owner (the user whose sub is the rest of the name) or granted (nobody)") Kind.Readers readers,
        @Setting("What publishers may send: json, or any: text that is not JSON is taken as a JSON string") Kind.Payload payload,
        @Setting("Whether all channels of the kind are followed from the start, so that a last value is there for the first subscriber") Boolean always,
        @Setting("Name of the Socket.IO event, 1 to 64 bytes") String event) {
    static final int MAX_EVENT_BYTES = 64;
    /** Event names that Socket.IO keeps for itself, and those the contract gives another meaning. */
    private static final Set<String> RESERVED_EVENTS = Set.of("connect", "connect_error", "disconnect", "disconnecting",
            "newListener", "removeListener", "connected", "control", "error", "message", "open");

    public KindSettings {
        if (event != null && !event.isEmpty()) {
            Require.that(ChannelName.isValid(event) && event.length() <= MAX_EVENT_BYTES, "event", event,
                    "1 to " + MAX_EVENT_BYTES + " bytes of printable ASCII without space, comma and quotes");
            Require.that(!RESERVED_EVENTS.contains(event), "event", event, "anything but " + RESERVED_EVENTS);
        }
    }

    /** Applies what is said here to a kind. */
    Kind over(Kind preset) {
        return new Kind(preset.name(), mode == null ? preset.mode() : mode,
                readers == null ? preset.readers() : readers, payload == null ? preset.payload() : payload,
                always == null ? preset.always() : always, event == null || event.isEmpty() ? preset.event() : event);
    }
}
