package io.tickgate.gateway.model;

import io.tickgate.protocol.message.GapReason;

/**
 * Seqs of a channel that nobody will get.
 *
 * @param from the first of them
 * @param seq the last of them
 * @param number the node-wide number
 * @param ingestNanos when it was found out, by {@link System#nanoTime()}
 */
public record Gap(Topic topic, long from, long seq, GapReason reason, long number, long ingestNanos) implements Entry {
    private static final int WEIGHT_BYTES = 56;

    @Override
    public int weightBytes() {
        return WEIGHT_BYTES;
    }
}
