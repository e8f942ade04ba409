package io.tickgate.gateway.admin;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonGenerator;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.model.Account;
import io.tickgate.protocol.message.ErrorCode;

/**
 * {@code GET /api/stats/channels/{channel}}: what became of all that was due to a channel's subscribers, in seqs. For who may read
 * the channel.
 */
public final class AccountEndpoint implements Endpoint {
    private final Hub hub;
    private final RequestTokens tokens;

    public AccountEndpoint(Hub hub, RequestTokens tokens) {
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
            case Verdict.Accepted accepted -> {
                ErrorCode refusal = hub.rights().refusal(accepted.principal(), channel);
                if (refusal != null) {
                    exchange.respond(Response.error(refusal, "the channel is refused"));
                } else {
                    hub.account(channel, exchange.loop(), account -> exchange.respond(answer(channel, account)));
                }
            }
        }
    }

    private static Response answer(String channel, Account account) {
        return Response.json(200, JsonBody.of(json -> write(json, channel, account))).header("cache-control",
                "no-store");
    }

    private static void write(JsonGenerator json, String channel, Account account) throws IOException {
        json.writeStringField("channel", channel);
        json.writeNumberField("due", account.due());
        json.writeNumberField("delivered", account.delivered());
        json.writeNumberField("conflated", account.conflated());
        json.writeNumberField("gapped", account.gapped());
        json.writeNumberField("abandoned", account.abandoned());
        json.writeNumberField("pending", account.pending());
    }
}
