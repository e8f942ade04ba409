package io.tickgate.gateway.transport.longpoll;

import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ServerMessage;

/**
 * One request for what a channel has newer than the client knows. It is only told that something came, and looks into the
 * channel's history for what. Owned by the connection's loop; holds nothing.
 */
final class ChannelPoll extends HeldRequest {

    /** What was asked of the channel. */
    interface Question {
        /** The answer as of now, or null if there is nothing newer and the request may be held on. */
        Response answer(Subscription channel, boolean isDue);
    }

    private final String channel;
    private final Question question;

    ChannelPoll(Shard shard, Exchange exchange, String channel, Question question) {
        super(shard, exchange);
        this.channel = channel;
        this.question = question;
    }

    void open(Principal principal, int waitMs) {
        open(principal, new Command.Subscribe(null, List.of(channel), 0, Map.of()), waitMs);
    }

    @Override
    Response answer(boolean isDue) {
        Subscription subscription = session().subscription(channel);
        // Its right may have ended, of which it is told.
        return subscription == null ? null : question.answer(subscription, isDue);
    }

    @Override
    public WireFormat format() {
        return SignalFormat.INSTANCE;
    }

    @Override
    public void write(ByteBuf encoded) {
        // What it stands for is in the history.
    }

    @Override
    void collect(ServerMessage message) {
        // Gaps are in the history too.
    }

    @Override
    public long pendingBytes() {
        return 0;
    }
}
