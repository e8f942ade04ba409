package io.tickgate.gateway.transport.socketio;

import java.io.IOException;

import io.tickgate.gateway.http.Request;
import io.tickgate.protocol.socketio.JsonText;

/** What is served in Socket.IO namespaces to the connections of one loop. Owned by that loop. */
interface SocketIoService {

    /**
     * A client begins a connection.
     *
     * @param handshake its first request
     */
    Admission begin(SocketIoConnection connection, Request handshake);

    /** Ends what has lasted too long; called now and then. @return whether to call again, though no connection is left */
    default boolean tick() {
        return false;
    }

    /** Lets one client into namespaces. Owned by the connection's loop. */
    interface Admission {
        /**
         * The client wants to enter a namespace that it isn't in: it is let in, or told why not.
         *
         * @param auth the object by which it says who it is, or null
         * @return false if there is no such namespace
         * @throws IOException if what it says about itself exceeds a limit
         */
        boolean admit(String namespace, JsonText auth) throws IOException;
    }
}
