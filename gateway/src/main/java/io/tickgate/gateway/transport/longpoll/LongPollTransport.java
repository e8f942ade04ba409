package io.tickgate.gateway.transport.longpoll;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.transport.EventsEndpoint;
import io.tickgate.protocol.message.Command;

/** Answers a poll of a client of {@code GET /events} that was admitted. Any loop. */
public final class LongPollTransport implements EventsEndpoint.Opening {
    private final Hub hub;
    private final EventIds ids;

    public LongPollTransport(Hub hub, EventIds ids) {
        this.hub = hub;
        this.ids = ids;
    }

    @Override
    public void open(Exchange exchange, Principal principal, Command.Subscribe subscribe) {
        int waitMs = WaitParameter.waitMs(exchange.request());
        if (waitMs == WaitParameter.INVALID) {
            exchange.respond(WaitParameter.refusal());
            return;
        }
        if (hub.shard(exchange.loop()).isDraining()) {
            exchange.respond(HeldRequest.stopping());
            return;
        }
        // Who does not wait comes when it wants: how often is its own affair.
        int intervalMs = waitMs == 0 ? 0 : subscribe.intervalMs();
        new EventsPoll(hub.shard(exchange.loop()), exchange, ids, subscribe.isResume()).open(principal,
                new Command.Subscribe(null, subscribe.channels(), intervalMs, subscribe.resume(),
                        subscribe.afterNumber()),
                waitMs);
    }
}
