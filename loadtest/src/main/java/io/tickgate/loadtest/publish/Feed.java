package io.tickgate.loadtest.publish;

import java.io.IOException;

/** A way into the gateway for what is published. Owned by one thread; {@link #publish} queues, {@link #pump} moves bytes, neither waits. */
public sealed interface Feed extends AutoCloseable permits RedisFeed, HttpFeed {

    /**
     * Queues one message.
     *
     * @throws IOException when more than 64 MiB wait to be written
     */
    void publish(byte[] channel, byte[] payload) throws IOException;

    /**
     * Writes what the socket takes, reads the answers that are there.
     *
     * @throws IOException when the other end is gone or does not speak the protocol
     */
    void pump() throws IOException;

    /** Whether everything queued is written and answered. */
    boolean settled();

    /** Messages that the other end refused. */
    long refused();

    @Override
    void close() throws IOException;
}
