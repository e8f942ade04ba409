package io.tickgate.gateway.transport.socketio;

import io.tickgate.gateway.http.Request;

/** What the Engine.IO connections of one loop are for. Owned by that loop. */
interface EngineApplication {

    /**
     * A client begins a connection, which is not open yet.
     *
     * @param handshake its first request
     * @return gets what it sends
     */
    EngineListener accept(EngineConnection connection, Request handshake);

    /** Ends what has lasted too long; called now and then. @return whether to call again, though no connection is left */
    default boolean tick() {
        return false;
    }
}
