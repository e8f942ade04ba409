package io.tickgate.gateway.broker;

/** Nothing could be published; prepared once, without a stack trace. */
// The check warns of stale stack traces and suppressed exceptions: these have and take none.
@SuppressWarnings("StaticAssignmentOfThrowable")
public final class BrokerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** It is away, or went away before it answered: the message may or may not have been published. */
    public static final BrokerUnavailable INSTANCE = new BrokerUnavailable("the broker is away");
    /** It answers more slowly than is being published: try again later. */
    public static final BrokerUnavailable BUSY = new BrokerUnavailable("too much is waiting for the broker");
    /** It answered, and refused. */
    public static final BrokerUnavailable REFUSED = new BrokerUnavailable("the broker refused the message");

    private BrokerUnavailable(String message) {
        super(message, null, false, false);
    }
}
