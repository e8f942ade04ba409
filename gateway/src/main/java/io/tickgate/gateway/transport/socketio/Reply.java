package io.tickgate.gateway.transport.socketio;

import java.util.concurrent.RejectedExecutionException;

import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.protocol.engineio.EnginePayload;
import io.tickgate.protocol.engineio.Jsonp;

/**
 * The answer that a polling request waits for. Given by the loop that owns the Engine.IO connection, it is sent on the loop
 * of the request, which may be another.
 */
final class Reply {
    private final Exchange exchange;
    private final EngineLoop owner;
    /** Which function of the page is to be called with the answer; null if it is none by a script element. */
    private final String scriptIndex;

    /** @param owner the loop on which {@link #send} is called */
    Reply(Exchange exchange, EngineLoop owner) {
        this.exchange = exchange;
        this.owner = owner;
        this.scriptIndex = Jsonp.index(exchange.request().query("j"));
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

    /** Answers with packets. */
    void send(EnginePayload payload) {
        if (scriptIndex != null) {
            send(answer("text/javascript; charset=UTF-8", Jsonp.script(scriptIndex, payload.bytes())));
        } else {
            String type = payload.isBinary() ? "application/octet-stream" : "text/plain; charset=UTF-8";
            send(answer(type, payload.bytes()));
        }
    }

    /** Says that packets were taken. HTML, since some browsers would offer text that a form brings for download. */
    void accept(byte[] word) {
        send(answer("text/html", word));
    }

    private static Response answer(String type, byte[] body) {
        return Response.of(200).header("content-type", type).header("cache-control", "no-store").body(body)
                .comesRightAgain();
    }
}
