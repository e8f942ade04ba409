package io.tickgate.gateway.transport.longpoll;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ServerMessage;

/**
 * One poll of {@code /events}: what came, up to a node-wide number that holds for all its channels. What came beyond it, since
 * another channel is behind, is left out, and comes with the next poll. Owned by the connection's loop; collects as much as any
 * outlet is given ahead of its reader.
 */
final class EventsPoll extends HeldRequest {
    /** A message that waits for the answer. */
    private static final class Collected {
        /** The node-wide one, 0 if it has none. */
        final long number;
        /** Whether it is worth an answer. */
        final boolean isNews;
        final byte[] json;

        Collected(long number, boolean isNews, byte[] json) {
            this.number = number;
            this.isNews = isNews;
            this.json = json;
        }
    }

    private final EventIds ids;
    /** Whether the client was here before, and so knows how the upstream was. */
    private final boolean isResumed;
    private final List<Collected> collected = new ArrayList<>();
    private long pendingBytes;

    EventsPoll(Shard shard, Exchange exchange, EventIds ids, boolean isResumed) {
        super(shard, exchange);
        this.ids = ids;
        this.isResumed = isResumed;
    }

    @Override
    public WireFormat format() {
        return PollFormat.INSTANCE;
    }

    @Override
    public boolean isPoll() {
        return true;
    }

    @Override
    public void write(ByteBuf encoded) {
        pendingBytes += encoded.readableBytes();
        if (isAnswered()) {
            return;
        }
        int at = encoded.readerIndex();
        while (at < encoded.writerIndex()) {
            long number = encoded.getLong(at);
            byte[] json = new byte[encoded.getInt(at + Long.BYTES)];
            at += Long.BYTES + Integer.BYTES;
            encoded.getBytes(at, json);
            at += json.length;
            collected.add(new Collected(number, true, json));
        }
    }

    @Override
    void collect(ServerMessage message) {
        byte[] json = MessageEncoder.encode(message);
        pendingBytes += json.length;
        if (!isAnswered()) {
            long number = message instanceof ServerMessage.Gap gap ? shard().standing().number(gap) : 0;
            // That the upstream is still away is told with the answer, and is no reason for one: polls would never wait.
            boolean isNews = isJoined() || !isResumed || !(message instanceof ServerMessage.Status);
            collected.add(new Collected(number, isNews, json));
        }
    }

    @Override
    Response answer(boolean isDue) {
        long number = shard().standing().reached(session());
        List<Collected> told = new ArrayList<>(collected.size());
        boolean isNews = false;
        for (Collected each : collected) {
            if (each.number <= number) {
                told.add(each);
                isNews |= each.isNews;
            }
        }
        // With too much collected the session gets no more.
        if (!isNews && !isDue && pendingBytes <= shard().watermarks().lowBytes()) {
            return null;
        }
        pendingBytes = 0;
        for (Collected each : collected) {
            pendingBytes += each.number <= number ? 0 : each.json.length;
        }
        collected.clear();
        return Response.json(200, body(number, told)).header("cache-control", "no-store");
    }

    private byte[] body(long number, List<Collected> told) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(256);
        body.writeBytes(ascii("{\"id\":\"" + ids.of(number) + "\",\"messages\":["));
        for (int i = 0; i < told.size(); i++) {
            if (i > 0) {
                body.write(',');
            }
            body.writeBytes(told.get(i).json);
        }
        body.writeBytes(ascii("]}"));
        return body.toByteArray();
    }

    /** What was not answered: all of it before the answer, afterwards what the answer left out. */
    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
