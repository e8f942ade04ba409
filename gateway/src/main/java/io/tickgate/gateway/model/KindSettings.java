package io.tickgate.gateway.model;

import java.util.Set;

/**
 * What a deployment says about a kind under {@code kinds:} in the configuration file. Whatever is null (or empty, where it is
 * a text) stays as it is preset; a kind of the deployment's own is preset to {@code every}, {@code granted}, {@code json},
 * not always, {@code <kind>_update}. A changed mode brings its own preset length of the history.
 */
public record KindSettings(
        @Setting("What a consumer that is behind gets: every or latest") DeliveryMode mode,
        @Setting("Who may subscribe without a pattern in the token: public, owner (the user whose sub is the rest of the name) or granted (nobody)") Kind.Readers readers,
        @Setting("What publishers may send: json, or any: text that is not JSON is taken as a JSON string") Kind.Payload payload,
        @Setting("Whether all channels of the kind are followed from the start, so that a last value is there for the first subscriber") Boolean always,
        @Setting("Name of the Socket.IO event, 1 to 64 bytes") String event,
        @Setting("How many of a channel's last entries are kept for who is behind or comes back, 0 to 1000000, 0 is no history; preset 64 with mode latest, 1000 with mode every") Integer historyEntries,
        @Setting("Milliseconds such an entry is kept at most, 1000 to 86400000; preset 120000") Integer historyMs,
        @Setting("What a consumer of mode every meets that has fallen behind the history: gap (what it missed is announced) or close (4503); preset gap") Kind.Overrun overrun,
        @Setting("Name of the payload's top-level integer by which publishers number a channel's publications, 1 to 64 bytes; a publication without it, or with one below 0, is refused; none: the gateway numbers them") String seqField,
        @Setting("Name of the payload's top-level string or number, e.g. symbol, by whose values (of up to 64 bytes) the newest are kept, 1 to 64 bytes; with mode latest only; none: a channel has one newest value") String conflationKey) {
    static final int MAX_EVENT_BYTES = 64;
    static final int MAX_FIELD_BYTES = 64;
    static final int MAX_HISTORY_ENTRIES = 1_000_000;
    static final int MIN_HISTORY_MS = 1_000;
    static final int MAX_HISTORY_MS = 86_400_000;
    /** Event names that Socket.IO keeps for itself, and those the contract gives another meaning. */
    private static final Set<String> RESERVED_EVENTS = Set.of("connect", "connect_error", "disconnect", "disconnecting",
            "newListener", "removeListener", "connected", "control", "error", "message", "open");

    public KindSettings {
        if (event != null && !event.isEmpty()) {
            Require.that(ChannelName.isValid(event) && event.length() <= MAX_EVENT_BYTES, "event", event,
                    "1 to " + MAX_EVENT_BYTES + " bytes of printable ASCII without space, comma and quotes");
            Require.that(!RESERVED_EVENTS.contains(event), "event", event, "anything but " + RESERVED_EVENTS);
        }
        if (historyEntries != null) {
            Require.range("historyEntries", historyEntries, 0, MAX_HISTORY_ENTRIES);
        }
        if (historyMs != null) {
            Require.range("historyMs", historyMs, MIN_HISTORY_MS, MAX_HISTORY_MS);
        }
        requireField("seqField", seqField);
        requireField("conflationKey", conflationKey);
    }

    /** Applies what is said here to a kind. */
    Kind over(Kind preset) {
        DeliveryMode newMode = said(mode, preset.mode());
        int presetEntries = newMode == preset.mode() ? preset.historyEntries() : Kind.presetEntries(newMode);
        return new Kind(preset.name(), newMode, said(readers, preset.readers()), said(payload, preset.payload()),
                said(always, preset.always()), said(event, preset.event()), said(historyEntries, presetEntries),
                said(historyMs, preset.historyMs()), said(overrun, preset.overrun()),
                said(seqField, preset.seqField()), said(conflationKey, preset.conflationKey()));
    }

    private static <T> T said(T said, T preset) {
        return said == null || said.equals("") ? preset : said;
    }

    /** The scan looks for the name's bytes as they are, so it is one that no publisher needs to escape. */
    private static void requireField(String key, String name) {
        if (name == null || name.isEmpty()) {
            return;
        }
        boolean plain = name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\');
        Require.that(plain && name.length() <= MAX_FIELD_BYTES, key, name,
                "1 to " + MAX_FIELD_BYTES + " bytes of printable ASCII without quotes and backslash");
    }
}
