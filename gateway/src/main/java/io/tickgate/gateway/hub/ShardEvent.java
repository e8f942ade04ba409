package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.ErrorCode;

/** What the dispatcher tells a shard besides publications, in the same queue, so that nothing overtakes anything. */
sealed interface ShardEvent {

    /**
     * The channel flows to the shard from now on.
     *
     * @param room the room that asked; if it is no longer the channel's room, the answer is stale
     * @param history shared by all that read the channel
     * @param seq of the last entry before, 0 if there was none
     * @param lastValues the receiver's own copy
     * @param number the node-wide number as of now
     * @param live whether the broker has confirmed the channel, rather than being away
     */
    record RoomOpened(Room room, Topic topic, History history, long seq, LastValues lastValues, long number,
            boolean live)
            implements
                ShardEvent {}

    /** The channel can't be had. */
    record RoomRefused(Room room, ErrorCode code, String message) implements ShardEvent {}

    /** The broker will not have the channel any more, now that it is back. */
    record RoomLost(Topic topic) implements ShardEvent {}

    /**
     * The mailbox was full: the channel's entries up to this one are in its history alone.
     *
     * @param newest the last of them
     * @param lastValues as of then, the receiver's own copy
     * @param number up to which nothing of any channel is missing
     */
    record Missed(Entry newest, LastValues lastValues, long number) implements ShardEvent {}

    /**
     * The channel lives on as another one: its publisher counts anew.
     *
     * @param seq what the first update of the new life comes after
     */
    record RoomRenewed(Topic old, Topic topic, History history, long seq, LastValues lastValues, long number)
            implements
                ShardEvent {}

    /** The broker went or came back. */
    record UpstreamChanged(boolean up, long sinceMs) implements ShardEvent {}
}
