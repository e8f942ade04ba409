package io.tickgate.gateway.transport.longpoll;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Kept;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Gap;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.GapReason;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.message.UpdateEnvelope;

/** The answers of {@code /channels/{channel}}. Static and stateless: any thread; payloads go in as they came. */
final class ChannelAnswers {
    private ChannelAnswers() {}

    /**
     * A channel's last value, or that the client has it, or that there is none.
     *
     * @param found null if none is known
     * @param ifNoneMatch what the client has, null if it does not say
     */
    static Response lastValue(Publication found, String ifNoneMatch) {
        if (found == null) {
            return Response.error(404, ErrorCode.BAD_CHANNEL, "nothing is known of this channel");
        }
        String etag = "\"" + found.topic().epoch() + "-" + found.seq() + "\"";
        Response whole = Response.json(200, body(found)).header("etag", etag).header("cache-control", "no-cache");
        return matches(ifNoneMatch, etag) ? Response.notModified(whole) : whole;
    }

    private static byte[] body(Publication found) {
        ByteBuf body = Unpooled.buffer(128 + found.payload().length);
        begin(found.topic(), found.seq(), body);
        ByteBufUtil.writeAscii(body, ",\"time\":" + found.ingestTimeMs() + ",\"data\":");
        body.writeBytes(found.payload()).writeByte('}');
        return ByteBufUtil.getBytes(body);
    }

    /** What came after a position. */
    static Response since(Kept kept) {
        ByteBuf body = Unpooled.buffer(256);
        begin(kept.topic(), kept.seq(), body);
        ByteBufUtil.writeAscii(body, ",\"recovered\":" + kept.recovered() + ",\"messages\":[");
        String channel = kept.topic().name();
        if (!kept.isSameEpoch()) {
            write(new ServerMessage.Gap(channel, 0, 0, GapReason.EPOCH), body);
        }
        for (Entry entry : kept.entries()) {
            switch (entry) {
                case Publication update -> {
                    UpdateEnvelope.encode(update.topic().ascii(), update.seq(), update.payload(), body);
                    body.writeByte(',');
                }
                case Gap gap -> write(new ServerMessage.Gap(channel, gap.from(), gap.seq(), gap.reason()), body);
            }
        }
        int end = body.writerIndex();
        if (body.getByte(end - 1) == ',') {
            body.writerIndex(end - 1);
        }
        ByteBufUtil.writeAscii(body, "]}");
        return Response.json(200, ByteBufUtil.getBytes(body)).header("cache-control", "no-store");
    }

    private static void begin(Topic topic, long seq, ByteBuf body) {
        ByteBufUtil.writeAscii(body,
                "{\"channel\":\"" + topic.name() + "\",\"epoch\":\"" + topic.epoch() + "\",\"seq\":"
                        + seq);
    }

    private static void write(ServerMessage.Gap gap, ByteBuf body) {
        body.writeBytes(MessageEncoder.encode(gap)).writeByte(',');
    }

    /** RFC 9110 §13.1.2, weak comparison. */
    private static boolean matches(String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
