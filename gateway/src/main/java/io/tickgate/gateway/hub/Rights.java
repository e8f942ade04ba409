package io.tickgate.gateway.hub;

import java.util.List;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Kind;
import io.tickgate.protocol.message.ErrorCode;

/**
 * Who may do what, the same on every transport. Any thread.
 *
 * @param autoJoin whether a user is joined to {@code user:<sub>} and {@code order:<sub>} unasked
 */
public record Rights(Authenticator authenticator, AccessPolicy policy, boolean autoJoin) {

    /** Why the principal may not subscribe to what it calls a channel, or null if it may. */
    public ErrorCode refusal(Principal principal, String channel) {
        if (!ChannelName.isValid(channel)) {
            return ErrorCode.BAD_CHANNEL;
        }
        Kind kind = policy.kindOf(channel);
        return kind == null ? ErrorCode.FORBIDDEN : policy.refusal(principal, kind, channel);
    }

    /** The channels a principal is joined to unasked. */
    public List<String> ownChannels(Principal principal) {
        if (!autoJoin || principal.isAnonymous()) {
            return List.of();
        }
        return List.of("user:" + principal.user(), "order:" + principal.user());
    }
}
