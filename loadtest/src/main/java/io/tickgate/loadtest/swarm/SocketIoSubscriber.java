package io.tickgate.loadtest.swarm;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * A subscriber that speaks Socket.IO protocol 5 over Engine.IO 4, from the start on WebSocket, in the main namespace. Owned by its
 * event loop.
 */
final class SocketIoSubscriber extends FrameSubscriber {
    private static final int EVENT = '4' << 8 | '2';

    private final SubscribeAnswer answers = new SubscribeAnswer();

    SocketIoSubscriber(SwarmSettings settings, int index, Tally tally, Readiness readiness) {
        super(settings, index, tally, readiness);
    }

    @Override
    void onOpen(ChannelHandlerContext ctx) {
        // The server speaks first: its open packet.
    }

    @Override
    void onUnseen(ChannelHandlerContext ctx) {
        sendText(ctx, "3");
    }

    @Override
    void onText(ChannelHandlerContext ctx, ByteBuf in, int from, int to) {
        if (to - from >= 2 && in.getShort(from) == EVENT) {
            onMessage(ctx, in, from + 2, to);
        } else if (to > from) {
            onPacket(ctx, in.toString(from, to - from, StandardCharsets.UTF_8));
        }
    }

    @Override
    void onGreeting(ChannelHandlerContext ctx, String text) {
        // Events before the subscriptions are answered, such as connected, say nothing about them.
    }

    private void onPacket(ChannelHandlerContext ctx, String packet) {
        if (packet.startsWith("0")) {
            sendText(ctx, "40");
        } else if (packet.equals("2")) {
            sendText(ctx, "3");
        } else if (packet.startsWith("40")) {
            subscribe(ctx);
        } else if (packet.startsWith("43") && awaited()) {
            if (SubscribeAnswer.refuses(packet)) {
                settle(packet);
            } else if (answers.accept()) {
                settle(null);
            }
        } else if (packet.startsWith("44") || packet.startsWith("41")) {
            settle("refused: " + packet);
        }
    }

    private void subscribe(ChannelHandlerContext ctx) {
        for (int from = 0; from < channels.size(); from = answers.sent(from)) {
            sendText(ctx, "42" + from + "[\"subscribe\"," + SubscribeAnswer.array(channels, from) + "]");
        }
        if (!settings.awaitAnswer()) {
            settle(null);
        }
    }
}
