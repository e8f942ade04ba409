package io.tickgate.gateway.transport.sse;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.ResponseStream;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.compress.ContentSum;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;

/** One event stream. Owned by the connection's loop. */
final class SseClient implements ResponseStream.Listener, Outlet {
    private final Shard shard;
    private final Executor loop;
    private final boolean heartbeatMessages;
    private ResponseStream stream;
    private EventFormat format;
    private StreamBody body;
    private Session session;
    /** The number in the last block that was an id alone. */
    private long told;
    /** Channels that were asked for and are not joined yet. */
    private Set<String> awaited;

    /** @param loop the connection's */
    SseClient(Shard shard, Executor loop, boolean heartbeatMessages) {
        this.shard = shard;
        this.loop = loop;
        this.heartbeatMessages = heartbeatMessages;
    }

    void open(ResponseStream opened, EventFormat eventFormat, int retryMs, Principal principal,
            Command.Subscribe subscribe) {
        stream = opened;
        format = eventFormat;
        body = new StreamBody(stream, format, shard.encoder(format));
        // Until all that is missing has come, the stream stands where it stood.
        told = subscribe.afterNumber() == Command.Subscribe.NO_NUMBER
                ? shard.standing().number()
                : subscribe.afterNumber();
        awaited = new HashSet<>(subscribe.channels());
        body.write(block -> {
            format.encodeRetry(retryMs, block);
            format.encodeMark(told, block);
        });
        session = shard.open(SessionIds.next(), TransportKind.SSE, this, false, principal, subscribe.afterNumber());
        shard.submit(session, new ParsedCommand.Accepted(subscribe));
    }

    /** Answers somebody who is to come back later: an EventSource does after a whole response only. */
    static void refuseForNow(ResponseStream stream, EventFormat format, int retryMs, ServerMessage.Failure why) {
        ByteBuf block = ByteBufAllocator.DEFAULT.directBuffer();
        format.encodeRetry(retryMs, block);
        format.encodeControl(MessageEncoder.encode(why), block);
        stream.writeAndRelease(block);
        stream.close();
    }

    @Override
    public void onDrained() {
        shard.drained(session);
    }

    @Override
    public void onClosed() {
        shard.left(session);
    }

    @Override
    public WireFormat format() {
        return format;
    }

    @Override
    public void write(ByteBuf encoded) {
        stream.write(encoded);
    }

    @Override
    public void wrote(ContentSum sum) {
        body.wrote(sum);
    }

    @Override
    public void send(ServerMessage message) {
        body.write(block -> encode(message, block));
        if (message instanceof ServerMessage.Subscribed subscribed) {
            subscribed.channels().forEach(joined -> awaited.remove(joined.channel()));
            endIfRefused(subscribed);
            if (session != null) {
                reached(shard.standing().reached(session));
            }
        }
    }

    private void encode(ServerMessage message, ByteBuf block) {
        format.encodeControl(MessageEncoder.encode(message), block);
        if (message instanceof ServerMessage.Goaway goaway) {
            format.encodeRetry(goaway.retryMs(), block);
        }
        if (message instanceof ServerMessage.Subscribed subscribed && !subscribed.refused().isEmpty()) {
            ServerMessage.Refused first = subscribed.refused().getFirst();
            format.encodeControl(
                    MessageEncoder.encode(new ServerMessage.Failure(null, first.code(), first.message())), block);
        }
    }

    /** A stream has all its channels or none: what is refused only now, for the moment, ends it, and the client comes back. */
    private void endIfRefused(ServerMessage.Subscribed subscribed) {
        if (!subscribed.refused().isEmpty()) {
            loop.execute(() -> shard.disconnect(session, Disconnect.SERVICE_RESTART));
        }
    }

    @Override
    public void heartbeat(long timeMs) {
        if (heartbeatMessages) {
            send(new ServerMessage.Heartbeat(timeMs));
        } else {
            body.write(format::encodeComment);
        }
    }

    @Override
    public void reached(long number) {
        if (number > told && awaited.isEmpty()) {
            told = shard.mark(session, number);
        }
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public long pendingBytes() {
        return stream.pendingBytes();
    }

    @Override
    public boolean isDelayed() {
        return stream.isDelayed();
    }

    @Override
    public void close(Disconnect reason) {
        if (reason == Disconnect.SLOW_CONSUMER) {
            // The end of the body would wait behind what is not read.
            stream.abort();
            return;
        }
        if (reason == Disconnect.TOKEN_EXPIRED) {
            send(new ServerMessage.Failure(null, ErrorCode.TOKEN_EXPIRED, "the token has expired"));
        }
        body.end();
    }
}
