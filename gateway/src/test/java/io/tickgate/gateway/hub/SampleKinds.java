package io.tickgate.gateway.hub;

import java.util.Map;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.protocol.message.ErrorCode;

/** Kinds of every sort, by name; an owner reads what bears his name, everybody else what is public. */
final class SampleKinds implements AccessPolicy {
    private static final Map<String, Kind> ALL = Map.of(
            "price",
            new Kind("price", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "price_update"),
            "stamp",
            new Kind("stamp", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "stamp_update", 64,
                    120_000, Kind.Overrun.GAP, "n", "symbol"),
            "trade",
            new Kind("trade", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "trade_update"),
            "tick",
            new Kind("tick", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "tick_update", 16,
                    120_000, Kind.Overrun.GAP, null, null),
            "book",
            new Kind("book", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "book_update", 16,
                    120_000, Kind.Overrun.CLOSE, null, null),
            "quote",
            new Kind("quote", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "quote_update", 64,
                    120_000, Kind.Overrun.GAP, null, "symbol"),
            "log", new Kind("log", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.ANY, false, "log_update"),
            "fill",
            new Kind("fill", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "fill_update", 1_000,
                    120_000, Kind.Overrun.GAP, "n", null),
            "order",
            new Kind("order", DeliveryMode.EVERY, Kind.Readers.OWNER, Kind.Payload.JSON, false, "order_update"),
            "user", new Kind("user", DeliveryMode.EVERY, Kind.Readers.OWNER, Kind.Payload.JSON, false, "notification"));

    static Kind named(String name) {
        return ALL.get(name);
    }

    @Override
    public Kind kindOf(String channel) {
        return named(ChannelName.kindOf(channel));
    }

    @Override
    public ErrorCode refusal(Principal principal, Kind kind, String channel) {
        boolean mayRead = kind.readers() == Kind.Readers.PUBLIC
                || ChannelName.restOf(channel).equals(principal.user());
        return mayRead ? null : principal.isAnonymous() ? ErrorCode.UNAUTHORIZED : ErrorCode.FORBIDDEN;
    }
}
