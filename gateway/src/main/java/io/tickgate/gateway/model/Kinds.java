package io.tickgate.gateway.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.tickgate.gateway.model.Kind.Payload;
import io.tickgate.gateway.model.Kind.Readers;

/**
 * The kinds a gateway serves: the preset ones and what the deployment changed or added. Immutable, any thread; at most
 * {@value #MAX_KINDS}.
 */
public final class Kinds {
    /** One user's own notifications; every user joins it. */
    public static final String USER = "user";
    /** One user's own orders; every user joins it. */
    public static final String ORDER = "order";

    static final int MAX_KINDS = 256;
    /** Names that mean something else where a kind's name becomes an event's. */
    private static final Set<String> RESERVED = Set.of("control", "error", "open", "message", "tickgate");
    private static final List<Kind> PRESETS = List.of(
            new Kind("price", DeliveryMode.LATEST, Readers.PUBLIC, Payload.JSON, true, "price_update"),
            new Kind(ORDER, DeliveryMode.EVERY, Readers.OWNER, Payload.JSON, false, "order_update"),
            new Kind("log", DeliveryMode.EVERY, Readers.GRANTED, Payload.ANY, false, "log_update"),
            new Kind(USER, DeliveryMode.EVERY, Readers.OWNER, Payload.JSON, false, "notification"));

    private final Map<String, Kind> byName;

    private Kinds(Map<String, Kind> byName) {
        this.byName = byName;
    }

    /** The preset kinds alone: {@code price}, {@code order}, {@code log}, {@code user}. */
    public static Kinds presets() {
        return with(Map.of());
    }

    /**
     * The preset kinds, changed and added to.
     *
     * @param configured by the kind's name
     * @throws IllegalArgumentException naming the kind and what is allowed: a bad or reserved name, too many kinds, a
     *         conflation key where every update counts, or other readers for {@code user} and {@code order}, which are
     *         one user's own on every gateway
     */
    public static Kinds with(Map<String, KindSettings> configured) {
        var byName = new LinkedHashMap<String, Kind>();
        PRESETS.forEach(kind -> byName.put(kind.name(), kind));
        configured.forEach((name, settings) -> {
            Require.that(ChannelName.isKind(name), "kind", name, "[a-z][a-z0-9_-]*");
            Require.that(!RESERVED.contains(name), "kind", name, "anything but " + RESERVED);
            Kind before = byName.containsKey(name) ? byName.get(name) : unconfigured(name, Readers.GRANTED);
            Kind after = settings.over(before);
            Require.that(!isUsersOwn(name) || after.isPrivate(), "readers of kind " + name, after.readers(), "OWNER");
            Require.that(after.conflationKey() == null || after.mode() == DeliveryMode.LATEST,
                    "conflationKey of kind " + name, after.conflationKey(), "none unless its mode is latest");
            byName.put(name, after);
        });
        Require.range("the number of kinds", byName.size(), 0, MAX_KINDS);
        return new Kinds(byName);
    }

    /** The configured kind of that name, or null. */
    public Kind find(String name) {
        return byName.get(name);
    }

    /** All of them, the presets first. */
    public Collection<Kind> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * The kind that patterns open to everyone though nobody configured it, or null where the name is reserved.
     *
     * @param name a kind's name
     */
    public static Kind opened(String name) {
        return RESERVED.contains(name) ? null : unconfigured(name, Readers.PUBLIC);
    }

    private static boolean isUsersOwn(String name) {
        return name.equals(USER) || name.equals(ORDER);
    }

    private static Kind unconfigured(String name, Readers readers) {
        return new Kind(name, DeliveryMode.EVERY, readers, Payload.JSON, false, name + "_update");
    }
}
