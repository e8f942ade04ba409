package io.tickgate.gateway.http;

/** What answers the requests of one path. Called on the connection's event loop; never blocks. */
public interface Endpoint {

    /** Bytes of request body this endpoint takes at most; a larger one is answered 413 before it is read. */
    default int maxBodyBytes() {
        return 0;
    }

    /** Among the {@link #methods()} of an endpoint that answers every method, OPTIONS too. */
    String ANY_METHOD = "*";

    /**
     * The methods it answers; others get 405 with Allow. HEAD goes with GET: the endpoint sees GET and its body isn't sent.
     * OPTIONS is answered by the router.
     */
    String[] methods();

    /**
     * Answers the request, now or later, by exactly one of the exchange's {@code respond}, {@code openStream} and
     * {@code upgradeToWebSocket}. What it throws becomes a 500 and an error log.
     */
    void handle(Exchange exchange);
}
