package io.tickgate.gateway.transport.longpoll;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Kept;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.protocol.message.ErrorCode;

/**
 * {@code GET /channels/{channel}}: a channel's last value with its position as ETag, or what came {@code ?since=} a position; with
 * {@code ?wait=} held until there is something newer. Any loop. The last value is looked up; whoever asks for more joins the channel
 * as a subscriber for that time, and so has it followed from then on.
 */
public final class ChannelEndpoint implements Endpoint {
    private final Hub hub;
    private final RequestTokens tokens;

    public ChannelEndpoint(Hub hub, RequestTokens tokens) {
        this.hub = hub;
        this.tokens = tokens;
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        String channel = exchange.request().pathRest();
        switch (tokens.verify(exchange.request())) {
            case Verdict.Rejected(ErrorCode code, String message) -> {
                hub.shard(exchange.loop()).metrics().increment(Counter.TOKENS_REFUSED);
                exchange.respond(Response.error(code, message));
            }
            case Verdict.Accepted(Principal principal) -> {
                ErrorCode refusal = hub.rights().refusal(principal, channel);
                if (refusal != null) {
                    exchange.respond(Response.error(refusal, "the channel is refused"));
                } else {
                    answer(exchange, principal, channel);
                }
            }
        }
    }

    private void answer(Exchange exchange, Principal principal, String channel) {
        Request request = exchange.request();
        String since = request.query("since");
        String ifNoneMatch = request.header("if-none-match");
        int waitMs = WaitParameter.waitMs(request);
        Shard shard = hub.shard(exchange.loop());
        if (waitMs == WaitParameter.INVALID) {
            exchange.respond(WaitParameter.refusal());
        } else if (waitMs > 0 && shard.isDraining()) {
            exchange.respond(HeldRequest.stopping());
        } else if (since != null) {
            new ChannelPoll(shard, exchange, channel, (joined, isDue) -> since(shard, joined, since, isDue))
                    .open(principal, waitMs);
        } else if (waitMs > 0) {
            new ChannelPoll(shard, exchange, channel, (joined, isDue) -> newer(shard, joined, ifNoneMatch, isDue))
                    .open(principal, waitMs);
        } else {
            hub.lastValue(channel, exchange.loop(),
                    found -> exchange.respond(ChannelAnswers.lastValue(found, ifNoneMatch)));
        }
    }

    private static Response since(Shard shard, Subscription channel, String position, boolean isDue) {
        Kept kept = shard.standing().kept(channel, position, shard.watermarks().highBytes());
        boolean isNews = !kept.recovered() || !kept.entries().isEmpty();
        return isNews || isDue ? ChannelAnswers.since(kept) : null;
    }

    private static Response newer(Shard shard, Subscription channel, String ifNoneMatch, boolean isDue) {
        Publication newest = shard.standing().lastValue(channel);
        Response answer = ChannelAnswers.lastValue(newest, ifNoneMatch);
        if (answer.status() != 200 && !isDue) {
            return null;
        }
        shard.metrics().increment(newest == null ? Counter.LAST_VALUE_MISSES : Counter.LAST_VALUE_HITS);
        return answer;
    }
}
