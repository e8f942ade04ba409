package io.tickgate.gateway.transport.sse;

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
import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ErrorCode;

/**
 * {@code GET /events}: opens an event stream for clients that may read every channel they name, and refuses the others with
 * a status, which ends an EventSource for good. Any loop.
 */
public final class SseTransport implements Endpoint {
    private static final int MAX_INTERVAL_MS = 60_000;
    private static final int MIN_INTERVAL_MS = 10;

    private final SseSettings settings;
    private final Hub hub;
    private final RequestTokens tokens;
    private final String node;
    /** One instance for each way to write, since its identity is what connections share encodings by. */
    private final EventFormat[] formats = new EventFormat[8];

    /** @param node names this gateway in ids, without a hyphen */
    public SseTransport(SseSettings settings, Hub hub, RequestTokens tokens, String node) {
        this.settings = settings;
        this.hub = hub;
        this.tokens = tokens;
        this.node = node;
        for (int i = 0; i < formats.length; i++) {
            formats[i] = new EventFormat(EventFormat.ascii(node), (i & 4) != 0, (i & 2) != 0, (i & 1) != 0);
        }
    }

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        Shard shard = hub.shard(exchange.loop());
        switch (tokens.verify(request)) {
            case Verdict.Rejected(ErrorCode code, String message) -> {
                shard.metrics().increment(Counter.TOKENS_REFUSED);
                exchange.respond(Response.error(code, message));
            }
            case Verdict.Accepted(Principal principal) -> admit(exchange, request, shard, principal);
        }
    }

    private void admit(Exchange exchange, Request request, Shard shard, Principal principal) {
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
        open(exchange, request, shard, principal,
                resume(request, channels, intervalMs));
    }

    private void open(Exchange exchange, Request request, Shard shard, Principal principal,
            Command.Subscribe subscribe) {
        SseClient client = new SseClient(shard, exchange.loop(), "message".equals(request.query("heartbeat")));
        ResponseStream stream = exchange.openStream(Response.of(200)
                .header("content-type", "text/event-stream; charset=utf-8")
                .header("cache-control", "no-store")
                .header("x-accel-buffering", "no"), client);
        client.open(stream, format(stream, request), settings.sseRetryMs(), principal, subscribe);
    }

    private EventFormat format(ResponseStream stream, Request request) {
        int chunked = stream.isChunked() ? 4 : 0;
        int kindAsEvent = "kind".equals(request.query("event")) ? 2 : 0;
        int payloadOnly = "payload".equals(request.query("data")) ? 1 : 0;
        return formats[chunked | kindAsEvent | payloadOnly];
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

    /** The stream goes on after the id that its predecessor got last; another gateway's says nothing here. */
    private Command.Subscribe resume(Request request, List<String> channels, int intervalMs) {
        String header = request.header("last-event-id");
        String id = header == null ? request.query("lastEventId") : header;
        if (id == null || id.isEmpty()) {
            return new Command.Subscribe(null, channels, intervalMs, Map.of());
        }
        long number = numberIn(id);
        if (number >= 0) {
            return new Command.Subscribe(null, channels, intervalMs, Map.of(), number);
        }
        Map<String, String> ofAnotherNode = new LinkedHashMap<>();
        channels.forEach(channel -> ofAnotherNode.put(channel, id));
        return new Command.Subscribe(null, channels, intervalMs, ofAnotherNode);
    }

    /** The number of an id of this gateway, else -1. */
    private long numberIn(String id) {
        if (!id.startsWith(node + "-")) {
            return -1;
        }
        try {
            return Long.parseLong(id, node.length() + 1, id.length(), 10);
        } catch (NumberFormatException notAnId) {
            return -1;
        }
    }
}
