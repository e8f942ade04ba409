package io.tickgate.gateway.transport.socketio;

import java.util.HashMap;
import java.util.Map;

import io.tickgate.protocol.socketio.EventEncoder;

/**
 * One namespace's encoders by event name. Any loop: reading costs one look into an immutable map. At most
 * {@link #MAX_KEPT} are kept, since public patterns can open any number of kinds; beyond that they are made when needed.
 */
final class EventEncoders {
    static final int MAX_KEPT = 1_024;

    private final String namespace;
    private volatile Map<String, EventEncoder> byEvent = Map.of();

    EventEncoders(String namespace) {
        this.namespace = namespace;
    }

    EventEncoder of(String event) {
        EventEncoder known = byEvent.get(event);
        return known == null ? add(event) : known;
    }

    private synchronized EventEncoder add(String event) {
        Map<String, EventEncoder> before = byEvent;
        EventEncoder encoder = new EventEncoder(namespace, event);
        if (before.size() < MAX_KEPT && !before.containsKey(event)) {
            Map<String, EventEncoder> after = new HashMap<>(before);
            after.put(event, encoder);
            byEvent = Map.copyOf(after);
        }
        return encoder;
    }
}
