package io.tickgate.gateway.admin;

import java.nio.charset.StandardCharsets;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.message.ErrorCode;

/** {@code GET /channels/{channel}}: a channel's last value, with its position as ETag. */
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
            case Verdict.Accepted accepted -> {
                ErrorCode refusal = hub.rights().refusal(accepted.principal(), channel);
                if (refusal != null) {
                    exchange.respond(Response.error(refusal, "the channel is refused"));
                } else {
                    hub.lastValue(channel, exchange.loop(), found -> exchange.respond(answer(exchange, found)));
                }
            }
        }
    }

    private static Response answer(Exchange exchange, Publication found) {
        if (found == null) {
            return Response.error(404, ErrorCode.BAD_CHANNEL, "nothing is known of this channel");
        }
        String etag = "\"" + found.topic().epoch() + "-" + found.seq() + "\"";
        if (matches(exchange.request().header("if-none-match"), etag)) {
            return Response.of(304).header("etag", etag).header("cache-control", "no-cache");
        }
        return Response.json(200, body(found)).header("etag", etag).header("cache-control", "no-cache");
    }

    /** The payload goes in as it came. */
    private static byte[] body(Publication found) {
        byte[] head = ("{\"channel\":\"" + found.topic().name() + "\",\"epoch\":\"" + found.topic().epoch()
                + "\",\"seq\":" + found.seq() + ",\"time\":" + found.ingestTimeMs() + ",\"data\":")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[head.length + found.payload().length + 1];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(found.payload(), 0, body, head.length, found.payload().length);
        body[body.length - 1] = '}';
        return body;
    }

    /** RFC 9110 §13.1.2, weak comparison. */
    private static boolean matches(String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
