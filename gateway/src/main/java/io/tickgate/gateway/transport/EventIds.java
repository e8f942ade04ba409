package io.tickgate.gateway.transport;

/**
 * The ids of {@code /events}: {@code <node>-<n>}, this gateway and a node-wide number. Immutable, any thread.
 *
 * @param node names this gateway, without a hyphen
 */
public record EventIds(String node) {
    /** What {@link #numberIn} says of another gateway's id. */
    public static final long NOT_OURS = -1;

    public String of(long number) {
        return node + "-" + number;
    }

    /** The number of an id of this gateway, else {@link #NOT_OURS}. */
    public long numberIn(String id) {
        if (!id.startsWith(node + "-")) {
            return NOT_OURS;
        }
        try {
            return Math.max(NOT_OURS, Long.parseLong(id, node.length() + 1, id.length(), 10));
        } catch (NumberFormatException notAnId) {
            return NOT_OURS;
        }
    }
}
