package io.tickgate.protocol.message;

import java.util.List;
import java.util.Map;

/** What a client asks, whatever transport carried it. Channel names are as sent: whoever executes checks them. */
public sealed interface Command {

    /** The client's own mark for the answer, or null. */
    CommandId id();

    /**
     * Subscribe, or change the interval of what is subscribed already.
     *
     * @param intervalMs one delivery per channel per so many milliseconds, 0 = every update, {@link #UNCHANGED} = not said
     * @param resume the position to resume after, by channel; empty if none
     * @param afterNumber the node-wide number to resume all other channels after, {@link #NO_NUMBER} if none
     */
    record Subscribe(CommandId id, List<String> channels, int intervalMs, Map<String, String> resume,
            long afterNumber) implements Command {
        /** The client named no interval: 0 for a new subscription, as it was for an existing one. */
        public static final int UNCHANGED = -1;
        /** The client does not resume by number. */
        public static final long NO_NUMBER = -1;

        public Subscribe(CommandId id, List<String> channels, int intervalMs, Map<String, String> resume) {
            this(id, channels, intervalMs, resume, NO_NUMBER);
        }

        /** Whether the client goes on somewhere. */
        public boolean isResume() {
            return !resume.isEmpty() || afterNumber != NO_NUMBER;
        }
    }

    record Unsubscribe(CommandId id, List<String> channels) implements Command {}

    record Authenticate(CommandId id, String token) implements Command {
        /** Leaves the token out: it must reach no log. */
        @Override
        public String toString() {
            return "Authenticate[id=" + id + "]";
        }
    }

    record Ping(CommandId id) implements Command {}
}
