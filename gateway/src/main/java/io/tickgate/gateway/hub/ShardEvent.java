package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.GapReason;

/** What the dispatcher tells a shard besides publications, in the same queue, so that nothing overtakes anything. */
sealed interface ShardEvent {

    /**
     * The channel flows to the shard from now on.
     *
     * @param room the room that asked; if it is no longer the channel's room, the answer is stale
     * @param seq of the last entry before, 0 if there was none
     * @param lastValue the last publication, or null
     * @param number the node-wide number as of now
     * @param live whether the broker has confirmed the channel, rather than being away
     */
    record RoomOpened(Room room, Topic topic, long seq, Publication lastValue, long number, boolean live)
            implements
                ShardEvent {}

    /** The channel can't be had. */
    record RoomRefused(Room room, ErrorCode code, String message) implements ShardEvent {}

    /** Seqs of a channel that will not come. */
    record GapOpened(Topic topic, long from, long to, GapReason reason, long number) implements ShardEvent {}

    /** The broker went or came back. */
    record UpstreamChanged(boolean up, long sinceMs) implements ShardEvent {}
}
