package io.tickgate.gateway.auth;

import java.util.List;

import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Kinds;
import io.tickgate.protocol.message.ErrorCode;

/**
 * The policy of the contract: a channel's kind says who reads it, patterns of the deployment open channels to everyone, and
 * patterns of a token to its bearer. Neither opens what is one user's own. Immutable, any thread.
 */
public final class KindAccessPolicy implements AccessPolicy {
    private final Kinds kinds;
    private final List<String> publicPatterns;
    private final boolean tokensHelp;

    /**
     * @param publicPatterns opened to everyone
     * @param tokensHelp whether tokens can be verified: if not, nobody is told to bring one
     */
    public KindAccessPolicy(Kinds kinds, List<String> publicPatterns, boolean tokensHelp) {
        this.kinds = kinds;
        this.publicPatterns = List.copyOf(publicPatterns);
        this.tokensHelp = tokensHelp;
    }

    @Override
    public Kind kindOf(String channel) {
        String name = ChannelName.kindOf(channel);
        Kind configured = kinds.find(name);
        if (configured != null) {
            return configured;
        }
        return ChannelPattern.anyMatches(publicPatterns, channel) ? Kinds.opened(name) : null;
    }

    @Override
    public ErrorCode refusal(Principal principal, Kind kind, String channel) {
        if (kind == null) {
            return ErrorCode.FORBIDDEN;
        }
        return mayRead(principal, kind, channel) ? null : refusalOf(principal);
    }

    private boolean mayRead(Principal principal, Kind kind, String channel) {
        return switch (kind.readers()) {
            case PUBLIC -> true;
            case OWNER -> !principal.isAnonymous() && ChannelName.restOf(channel).equals(principal.user());
            case GRANTED -> ChannelPattern.anyMatches(publicPatterns, channel)
                    || ChannelPattern.anyMatches(principal.channels(), channel);
        };
    }

    private ErrorCode refusalOf(Principal principal) {
        return principal.isAnonymous() && tokensHelp ? ErrorCode.UNAUTHORIZED : ErrorCode.FORBIDDEN;
    }
}
