package io.tickgate.gateway.hub;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.Disconnect;

/** Which counter stands for which reason to end a session. */
final class Disconnects {

    private Disconnects() {}

    static Counter counter(Disconnect reason) {
        return switch (reason) {
            case SLOW_CONSUMER -> Counter.CLOSED_SLOW;
            case HEARTBEAT -> Counter.CLOSED_HEARTBEAT;
            case TOKEN_EXPIRED -> Counter.CLOSED_EXPIRED;
            case BAD_REQUEST -> Counter.CLOSED_BAD_REQUEST;
            case TOO_MANY -> Counter.CLOSED_TOO_MANY;
            case INTERNAL -> Counter.CLOSED_INTERNAL;
            default -> Counter.CLOSED_OTHER;
        };
    }
}
