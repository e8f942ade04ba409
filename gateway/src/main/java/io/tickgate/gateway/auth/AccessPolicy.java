package io.tickgate.gateway.auth;

import io.tickgate.gateway.model.Kind;
import io.tickgate.protocol.message.ErrorCode;

/** Decides who may subscribe to what; the same on every transport. Immutable after start, any thread. */
public interface AccessPolicy {

    /**
     * The kind whose policy governs a channel: the configured one, the one that {@code --public} gives to channels of
     * unconfigured kinds, or null if such a channel is refused.
     *
     * @param channel a valid channel name
     */
    Kind kindOf(String channel);

    /**
     * Whether the principal may subscribe to the channel.
     *
     * @param kind as {@link #kindOf} gave it
     * @return null if it may, {@code unauthorized} where a token could help, else {@code forbidden}
     */
    ErrorCode refusal(Principal principal, Kind kind, String channel);
}
