package io.tickgate.gateway.broker;

/** The broker is away, so nothing could be published; prepared once, without a stack trace. */
public final class BrokerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;
    public static final BrokerUnavailable INSTANCE = new BrokerUnavailable();

    private BrokerUnavailable() {
        super("the broker is away", null, false, false);
    }
}
