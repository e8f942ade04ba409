package io.tickgate.gateway.broker;

import java.util.Collection;
import java.util.concurrent.CompletionStage;

/**
 * The border to what carries publications between backends and gateways. All methods but {@link #publish} and
 * {@link #state()} are called on the ingest loop, and the sink is called there; nothing here blocks.
 */
public interface Broker extends AutoCloseable {

    /** What a broker is doing, for /health. */
    enum State {
        /** Not connected yet, or not any more: retrying. */
        DOWN,
        /** Connected, and every subscription confirmed. */
        UP
    }

    /**
     * Connects and keeps connected, reporting to the sink; returns at once, also with the broker away.
     *
     * @param sink called on the ingest loop only
     */
    void start(BrokerSink sink);

    /**
     * Asks for channels that no subscription covers yet; each is confirmed once by {@link BrokerSink#onSubscribed}, soon or
     * after the next reconnect, but never during this call. Channels of kinds that are followed always are confirmed too.
     */
    void subscribe(Collection<String> channels);

    /** Gives up channels that were asked for; a confirmation that is still due does not come any more. */
    void unsubscribe(Collection<String> channels);

    /** Whether it is embedded: everything published is delivered, asked for or not, and {@link #publish} knows the seq. */
    default boolean isEmbedded() {
        return false;
    }

    /**
     * Publishes; may be called on any thread.
     *
     * @return completed on the ingest loop with the channel's seq, with {@link #SEQ_UNKNOWN} where the order is given later,
     *         or with {@link BrokerSink#REFUSED}; exceptionally with a {@link BrokerUnavailable} when the broker is away or
     *         busy
     */
    CompletionStage<Long> publish(String channel, byte[] payload);

    /** Taken, but numbered only when it comes back from the broker. */
    long SEQ_UNKNOWN = 0;

    /** The state as of now; any thread. */
    State state();

    /** A word for /health and the banner: {@code memory} or {@code redis}. */
    String name();

    /** Disconnects and stops retrying; the sink is not called any more. Does not wait. */
    @Override
    void close();
}
