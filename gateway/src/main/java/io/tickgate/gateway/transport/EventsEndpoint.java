package io.tickgate.gateway.transport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ErrorCode;

/**
 * {@code GET /events}: admits clients that may read every channel they name, and refuses the others with a status, which ends
 * an EventSource for good. Who accepts JSON rather than an event stream gets one answer to a poll, all others a stream. Any
 * loop.
 */
public final class EventsEndpoint implements Endpoint {
    private static final int MAX_INTERVAL_MS = 60_000;
    private static final int MIN_INTERVAL_MS = 10;

    /** How an admitted client is given its events. */
    public interface Opening {
        /** @param subscribe the channels it may read all, and where it goes on */
        void open(Exchange exchange, Principal principal, Command.Subscribe subscribe);
    }

    private final Hub hub;
    private final RequestTokens tokens;
    private final EventIds ids;
    private final Opening stream;
    private final Opening poll;

    /**
     * @param stream opens an event stream
     * @param poll answers once, in JSON
     */
    public EventsEndpoint(Hub hub, RequestTokens tokens, EventIds ids, Opening stream, Opening poll) {
        this.hub = hub;
        this.tokens = tokens;
        this.ids = ids;
        this.stream = stream;
        this.poll = poll;
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        switch (tokens.verify(request)) {
            case Verdict.Rejected(ErrorCode code, String message) -> {
                hub.shard(exchange.loop()).metrics().increment(Counter.TOKENS_REFUSED);
                exchange.respond(Response.error(code, message));
            }
            case Verdict.Accepted(Principal principal) -> admit(exchange, request, principal);
        }
    }

    private void admit(Exchange exchange, Request request, Principal principal) {
        String list = request.query("channels");
        if (list == null || list.isEmpty()) {
            exchange.respond(Response.error(ErrorCode.BAD_REQUEST, "the parameter channels is missing"));
            return;
        }
        List<String> channels = List.of(list.split(",", -1));
        int limit = Math.min(hub.settings().maxChannelsPerCommand(), hub.settings().maxSubscriptions());
        if (channels.size() > limit) {
            exchange.respond(Response.error(400, ErrorCode.LIMIT, "too many channels"));
            return;
        }
        for (String channel : channels) {
            ErrorCode refusal = hub.rights().refusal(principal, channel);
            if (refusal != null) {
                exchange.respond(Response.error(refusal, "a channel is refused"));
                return;
            }
        }
        int intervalMs = intervalMs(request.query("interval"));
        if (intervalMs < 0) {
            exchange.respond(Response.error(ErrorCode.BAD_REQUEST, "interval is 0 or 10 to 60000"));
            return;
        }
        boolean isPoll = AcceptedType.prefers(request.header("accept"), "application/json", "text/event-stream");
        (isPoll ? poll : stream).open(exchange, principal, subscribe(request, channels, intervalMs));
    }

    /** @return -1 if it is none */
    private static int intervalMs(String text) {
        if (text == null) {
            return 0;
        }
        try {
            int ms = Integer.parseInt(text);
            return ms == 0 || (ms >= MIN_INTERVAL_MS && ms <= MAX_INTERVAL_MS) ? ms : -1;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    /** The client goes on after the id that it got last; another gateway's says nothing here. */
    private Command.Subscribe subscribe(Request request, List<String> channels, int intervalMs) {
        String header = request.header("last-event-id");
        String id = header == null ? request.query("lastEventId") : header;
        if (id == null || id.isEmpty()) {
            return new Command.Subscribe(null, channels, intervalMs, Map.of());
        }
        long number = ids.numberIn(id);
        if (number != EventIds.NOT_OURS) {
            return new Command.Subscribe(null, channels, intervalMs, Map.of(), number);
        }
        Map<String, String> ofAnotherNode = new LinkedHashMap<>();
        channels.forEach(channel -> ofAnotherNode.put(channel, id));
        return new Command.Subscribe(null, channels, intervalMs, ofAnotherNode);
    }
}
