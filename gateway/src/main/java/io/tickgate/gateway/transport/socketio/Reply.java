package io.tickgate.gateway.transport.socketio;

import java.util.concurrent.RejectedExecutionException;

import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;

/**
 * The answer that a polling request waits for. Given by the loop that owns the Engine.IO connection, it is sent on the loop
 * of the request, which may be another.
 */
final class Reply {
    private final Exchange exchange;
    private final EngineLoop owner;

    /** @param owner the loop on which {@link #send} is called */
    Reply(Exchange exchange, EngineLoop owner) {
        this.exchange = exchange;
        this.owner = owner;
    }

    /** Answers; called once. */
    void send(Response response) {
        if (owner.isAt(exchange)) {
            exchange.respond(response);
            return;
        }
        try {
            exchange.loop().execute(() -> exchange.respond(response));
        } catch (RejectedExecutionException _) {
            // The request's loop has ended before ours, and its connections with it.
        }
    }

    void sendPackets(byte[] payload) {
        send(Response.of(200).header("content-type", "text/plain; charset=UTF-8").header("cache-control", "no-store")
                .body(payload).comesRightAgain());
    }
}
