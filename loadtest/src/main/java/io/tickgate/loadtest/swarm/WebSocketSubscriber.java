package io.tickgate.loadtest.swarm;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** A subscriber that speaks {@code tickgate.v1.json}. Owned by its event loop. */
final class WebSocketSubscriber extends FrameSubscriber {
    private final SubscribeAnswer answers = new SubscribeAnswer();

    WebSocketSubscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        super(settings, index, tally, readiness);
    }

    @Override
    void onOpen(ChannelHandlerContext ctx) {
        for (int from = 0; from < channels.size(); from = answers.sent(from)) {
            String names = SubscribeAnswer.array(channels, from);
            sendText(ctx, "{\"op\":\"subscribe\",\"id\":" + from + ",\"channels\":" + names + "}");
        }
        if (!settings.awaitAnswer()) {
            settle(null);
        }
    }

    @Override
    void onUnseen(ChannelHandlerContext ctx) {
        // Nothing that is to be answered is that short.
    }

    @Override
    void onText(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        onMessage(ctx, in, from, to);
    }

    @Override
    void onGreeting(ChannelHandlerContext ctx, String text) {
        if (SubscribeAnswer.refuses(text)) {
            settle(text);
        } else if (text.contains("\"op\":\"subscribed\"") && answers.accept()) {
            settle(null);
        }
    }
}
