package io.tickgate.gateway.broker;

/** Who takes what a broker delivers. Every method is called on the ingest loop, returns soon and never throws. */
public interface BrokerSink {

    /** The result of {@link #onMessage} where a message was refused. */
    long REFUSED = -1;

    /**
     * One message, in the broker's order. It may come before the channel's {@link #onSubscribed}, and for a short while after
     * the channel was given up.
     *
     * @param payload the receiver's own from now on
     * @return the seq it got, or {@link #REFUSED}
     */
    long onMessage(String channel, byte[] payload);

    /** The broker has confirmed the channel: what is published from now on arrives, or {@link #onDown} is called. */
    void onSubscribed(String channel);

    /**
     * The broker will not have the channel, as its access rules say so: no confirmation will come, unless it is asked for
     * again.
     */
    default void onRefused(String channel) {}

    /**
     * The connection is lost: from now on messages may be missed. Called once per outage, once more for each new connection
     * that is lost before {@link #onUp}, and at the start once the first attempt to connect has failed.
     */
    void onDown();

    /**
     * Connected, and every subscription asked for until now is confirmed again, or refused. The first call is the first
     * connect.
     */
    void onUp();
}
