package io.tickgate.gateway.transport.longpoll;

import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.Response;
import io.tickgate.protocol.message.ErrorCode;

/** {@code ?wait=}: how long a request may be held. Static and stateless: any thread. */
final class WaitParameter {
    /** What {@link #waitMs} says of what is none. */
    static final int INVALID = -1;

    private static final int MAX_WAIT_MS = 60_000;

    private WaitParameter() {}

    /** Milliseconds, 0 where it is absent, or {@link #INVALID}. */
    static int waitMs(Request request) {
        String text = request.query("wait");
        if (text == null) {
            return 0;
        }
        try {
            int ms = Integer.parseInt(text);
            return ms >= 0 && ms <= MAX_WAIT_MS ? ms : INVALID;
        } catch (NumberFormatException notANumber) {
            return INVALID;
        }
    }

    static Response refusal() {
        return Response.error(ErrorCode.BAD_REQUEST, "wait is 0 to 60000");
    }
}
