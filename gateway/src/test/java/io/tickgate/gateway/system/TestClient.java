package io.tickgate.gateway.system;

/** One client of the gateway, connected, whatever its transport. Used by the test's thread. */
interface TestClient extends AutoCloseable {

    /** Subscribes and waits for the answer. */
    Answer subscribe(String... channels);

    /** Leaves channels and waits until that is so. */
    void unsubscribe(String... channels);

    /** Sends something that makes no sense, and gives the code of the answer. */
    String sendNonsense();

    Inbox inbox();

    /** Whether neither side has ended the connection. */
    boolean isOpen();

    /** Leaves. */
    @Override
    void close();
}
