package io.tickgate.gateway.model;

import java.util.Set;

/**
 * What a deployment says about a kind under {@code kinds:} in the configuration file; whatever is null stays as it is preset.
 *
 * @param mode preset {@code every} for a kind of the deployment's own
 * @param readers preset {@code granted} for a kind of the deployment's own
 * @param payload preset {@code json}
 * @param always preset false
 * @param event the Socket.IO event name, preset {@code <kind>_update}
 */
public record KindSettings(DeliveryMode mode, Kind.Readers readers, Kind.Payload payload, Boolean always,
        String event) {
    static final int MAX_EVENT_BYTES = 64;
    /** Event names that Socket.IO keeps for itself, and those the contract gives another meaning. */
    private static final Set<String> RESERVED_EVENTS = Set.of("connect", "connect_error", "disconnect", "disconnecting",
            "newListener", "removeListener", "connected", "control", "error", "message", "open");

    public KindSettings {
        if (event != null) {
            Require.that(ChannelName.isValid(event) && event.length() <= MAX_EVENT_BYTES, "event", event,
                    "1 to " + MAX_EVENT_BYTES + " bytes of printable ASCII without space, comma and quotes");
            Require.that(!RESERVED_EVENTS.contains(event), "event", event, "anything but " + RESERVED_EVENTS);
        }
    }

    /** Applies what is said here to a kind. */
    Kind over(Kind preset) {
        return new Kind(preset.name(), mode == null ? preset.mode() : mode,
                readers == null ? preset.readers() : readers, payload == null ? preset.payload() : payload,
                always == null ? preset.always() : always, event == null ? preset.event() : event);
    }
}
