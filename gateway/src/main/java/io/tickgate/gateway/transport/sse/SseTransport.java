package io.tickgate.gateway.transport.sse;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.transport.EventsEndpoint;
import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.ServerMessage;

/** Opens an event stream for a client of {@code GET /events} that was admitted. Any loop. */
public final class SseTransport implements EventsEndpoint.Opening {
    private static final ServerMessage.Failure DRAINING = new ServerMessage.Failure(null, ErrorCode.UNAVAILABLE,
            "the gateway is stopping");

    /** By bytes and CPU of shared streams; Brotli has none. */
    private static final List<Coding> CODINGS = List.of(Coding.ZSTD, Coding.GZIP, Coding.BROTLI);

    private final SseSettings settings;
    private final Hub hub;
    /** One instance for each way to write, since its identity is what connections share encodings by. */
    private final Map<Coding, EventFormat[]> formats = new EnumMap<>(Coding.class);

    public SseTransport(SseSettings settings, Hub hub, EventIds ids) {
        this.settings = settings;
        this.hub = hub;
        for (Coding coding : Coding.values()) {
            EventFormat[] ways = new EventFormat[8];
            for (int i = 0; i < ways.length; i++) {
                ways[i] = new EventFormat(EventFormat.ascii(ids.node()), coding, (i & 4) != 0, (i & 2) != 0,
                        (i & 1) != 0);
            }
            formats.put(coding, ways);
        }
    }

    @Override
    public void open(Exchange exchange, Principal principal, Command.Subscribe subscribe) {
        Request request = exchange.request();
        Shard shard = hub.shard(exchange.loop());
        if (shard.isDraining()) {
            ResponseStream stream = exchange.openStream(head(Coding.IDENTITY), () -> {});
            SseClient.refuseForNow(stream, format(Coding.IDENTITY, stream, request), shard.drainRetryMs(), DRAINING);
            return;
        }
        Coding coding = exchange.chooseCoding(CODINGS);
        SseClient client = new SseClient(shard, exchange.loop(), "message".equals(request.query("heartbeat")));
        ResponseStream stream = exchange.openStream(head(coding), client);
        client.open(stream, format(coding, stream, request), settings.sseRetryMs(), principal, subscribe);
    }

    private static Response head(Coding coding) {
        Response head = Response.of(200).header("content-type", "text/event-stream; charset=utf-8")
                .header("cache-control", "no-store").header("x-accel-buffering", "no");
        return coding == Coding.IDENTITY ? head : head.header("content-encoding", coding.token());
    }

    private EventFormat format(Coding coding, ResponseStream stream, Request request) {
        int chunked = stream.isChunked() ? 4 : 0;
        int kindAsEvent = "kind".equals(request.query("event")) ? 2 : 0;
        int payloadOnly = "payload".equals(request.query("data")) ? 1 : 0;
        return formats.get(coding)[chunked | kindAsEvent | payloadOnly];
    }
}
