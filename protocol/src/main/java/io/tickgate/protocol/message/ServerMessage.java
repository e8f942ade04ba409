package io.tickgate.protocol.message;

import java.util.List;
import java.util.Map;

/**
 * Everything the gateway says that is not an update: on WebSocket the objects with {@code op}, on SSE and Socket.IO the
 * {@code control} events with the same JSON. Times are milliseconds since 1970, 0 = absent; absent references are null.
 */
public sealed interface ServerMessage {

    /** The value of {@code op}. */
    String op();

    /** A message that answers a command and echoes its id. */
    sealed interface Answer extends ServerMessage {
        CommandId id();
    }

    record Welcome(String session, int heartbeatMs, String user, long expires, List<String> channels,
            Map<String, Integer> limits) implements ServerMessage {
        @Override
        public String op() {
            return "welcome";
        }
    }

    /** The answer to subscribe; with a null id it reports channels that were joined unasked. */
    record Subscribed(CommandId id, List<Joined> channels, List<Refused> refused) implements Answer {
        @Override
        public String op() {
            return "subscribed";
        }
    }

    /**
     * One channel of {@link Subscribed}: what follows starts after {@code seq}.
     *
     * @param recovered null where no resume was asked
     * @param live false while the broker is away; only then on the wire
     */
    record Joined(String channel, String epoch, long seq, int intervalMs, boolean snapshot, Boolean recovered,
            boolean live) {
        public String position() {
            return epoch + "-" + seq;
        }
    }

    record Refused(String channel, ErrorCode code, String message) {}

    /** @param reason null when it was asked for, else why a right ended */
    record Unsubscribed(CommandId id, List<String> channels, String reason) implements Answer {
        @Override
        public String op() {
            return "unsubscribed";
        }
    }

    record Authenticated(CommandId id, String user, long expires, List<String> channels) implements Answer {
        @Override
        public String op() {
            return "authenticated";
        }
    }

    record Pong(CommandId id, long time) implements Answer {
        @Override
        public String op() {
            return "pong";
        }
    }

    /** A refusal, of a command if {@code id} or of the connection itself. */
    record Failure(CommandId id, ErrorCode code, String message) implements Answer {
        @Override
        public String op() {
            return "error";
        }
    }

    /** Seqs that will not come; {@code from} and {@code to} are 0 where the reason is {@code epoch}. */
    record Gap(String channel, long from, long to, GapReason reason) implements ServerMessage {
        @Override
        public String op() {
            return "gap";
        }
    }

    record Status(boolean up, long since) implements ServerMessage {
        @Override
        public String op() {
            return "status";
        }
    }

    record Heartbeat(long time) implements ServerMessage {
        @Override
        public String op() {
            return "heartbeat";
        }
    }

    record Goaway(String reason, int retryMs) implements ServerMessage {
        @Override
        public String op() {
            return "goaway";
        }
    }
}
