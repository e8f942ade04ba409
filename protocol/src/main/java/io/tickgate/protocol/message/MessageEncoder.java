package io.tickgate.protocol.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import io.tickgate.protocol.message.ServerMessage.Answer;
import io.tickgate.protocol.message.ServerMessage.Authenticated;
import io.tickgate.protocol.message.ServerMessage.Failure;
import io.tickgate.protocol.message.ServerMessage.Gap;
import io.tickgate.protocol.message.ServerMessage.Goaway;
import io.tickgate.protocol.message.ServerMessage.Heartbeat;
import io.tickgate.protocol.message.ServerMessage.Joined;
import io.tickgate.protocol.message.ServerMessage.Pong;
import io.tickgate.protocol.message.ServerMessage.Refused;
import io.tickgate.protocol.message.ServerMessage.Status;
import io.tickgate.protocol.message.ServerMessage.Subscribed;
import io.tickgate.protocol.message.ServerMessage.Unsubscribed;
import io.tickgate.protocol.message.ServerMessage.Welcome;

/**
 * Server messages as JSON: one line of UTF-8, without line breaks. Static and stateless: any thread; it allocates, so it
 * is for messages about the session, not for updates ({@link UpdateEnvelope}).
 */
public final class MessageEncoder {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();
    private static final int INITIAL_BYTES = 256;

    private MessageEncoder() {}

    /** The object with {@code op}, as it goes onto a WebSocket or into a control event. Absent fields are left out. */
    public static byte[] encode(ServerMessage message) {
        return object(json -> {
            json.writeStringField("op", message.op());
            if (message instanceof Answer answer) {
                writeId(answer, json);
            }
            writeFields(message, json);
        });
    }

    /**
     * The object that a Socket.IO client gets as its acknowledgement: {@code ok} and the answer's own fields, without op
     * and id, which the acknowledgement itself stands for.
     */
    public static byte[] encodeAck(Answer answer) {
        return object(json -> {
            json.writeBooleanField("ok", !(answer instanceof Failure));
            writeFields(answer, json);
        });
    }

    /** What a Socket.IO client is told of a {@link Welcome}, as the argument of the event {@code connected}. */
    public static byte[] encodeConnected(Welcome welcome) {
        return object(json -> {
            json.writeStringField("session", welcome.session());
            writeOptional("user", welcome.user(), json);
            writeStrings("channels", welcome.channels(), json);
        });
    }

    private static void writeFields(ServerMessage message, JsonGenerator json) throws IOException {
        switch (message) {
            case Welcome welcome -> writeWelcome(welcome, json);
            case Subscribed subscribed -> writeSubscribed(subscribed, json);
            case Unsubscribed unsubscribed -> {
                writeStrings("channels", unsubscribed.channels(), json);
                writeOptional("reason", unsubscribed.reason(), json);
            }
            case Authenticated authenticated -> {
                writeOptional("user", authenticated.user(), json);
                writeOptional("expires", authenticated.expires(), json);
                writeStrings("channels", authenticated.channels(), json);
            }
            case Pong pong -> json.writeNumberField("time", pong.time());
            case Failure failure -> writeRefusal(failure.code(), failure.message(), json);
            case Gap gap -> writeGap(gap, json);
            case Status status -> {
                json.writeStringField("upstream", status.up() ? "up" : "down");
                writeOptional("since", status.since(), json);
            }
            case Heartbeat heartbeat -> json.writeNumberField("time", heartbeat.time());
            case Goaway goaway -> {
                writeOptional("reason", goaway.reason(), json);
                json.writeNumberField("retry", goaway.retryMs());
            }
        }
    }

    private static void writeWelcome(Welcome welcome, JsonGenerator json) throws IOException {
        json.writeStringField("session", welcome.session());
        json.writeNumberField("heartbeat", welcome.heartbeatMs());
        writeOptional("user", welcome.user(), json);
        writeOptional("expires", welcome.expires(), json);
        writeStrings("channels", welcome.channels(), json);
        json.writeObjectFieldStart("limits");
        for (Map.Entry<String, Integer> limit : welcome.limits().entrySet()) {
            json.writeNumberField(limit.getKey(), limit.getValue());
        }
        json.writeEndObject();
    }

    private static void writeSubscribed(Subscribed subscribed, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("channels");
        for (Joined joined : subscribed.channels()) {
            writeJoined(joined, json);
        }
        json.writeEndArray();
        if (subscribed.refused().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("refused");
        for (Refused refused : subscribed.refused()) {
            json.writeStartObject();
            json.writeStringField("channel", encodable(refused.channel()));
            writeRefusal(refused.code(), refused.message(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeJoined(Joined joined, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("channel", joined.channel());
        json.writeStringField("epoch", joined.epoch());
        json.writeNumberField("seq", joined.seq());
        json.writeStringField("position", joined.position());
        json.writeNumberField("interval", joined.intervalMs());
        if (joined.snapshot()) {
            json.writeBooleanField("snapshot", true);
        }
        if (joined.recovered() != null) {
            json.writeBooleanField("recovered", joined.recovered());
        }
        if (!joined.live()) {
            json.writeBooleanField("live", false);
        }
        json.writeEndObject();
    }

    private static void writeGap(Gap gap, JsonGenerator json) throws IOException {
        json.writeStringField("channel", gap.channel());
        if (gap.reason() != GapReason.EPOCH) {
            json.writeNumberField("from", gap.from());
            json.writeNumberField("to", gap.to());
        }
        json.writeStringField("reason", gap.reason().word());
    }

    private static void writeRefusal(ErrorCode code, String message, JsonGenerator json) throws IOException {
        json.writeStringField("code", code.word());
        writeOptional("message", message, json);
    }

    private static void writeId(Answer answer, JsonGenerator json) throws IOException {
        if (answer.id() != null) {
            json.writeFieldName("id");
            json.writeRawValue(answer.id().json());
        }
    }

    private static void writeStrings(String name, List<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(encodable(value));
        }
        json.writeEndArray();
    }

    private static void writeOptional(String name, String value, JsonGenerator json) throws IOException {
        if (value != null) {
            json.writeStringField(name, encodable(value));
        }
    }

    private static void writeOptional(String name, long timeMs, JsonGenerator json) throws IOException {
        if (timeMs != 0) {
            json.writeNumberField(name, timeMs);
        }
    }

    /** What a client sent is echoed, and half a surrogate pair ({@code "\\ud800"}) has no UTF-8: it becomes a question mark. */
    private static String encodable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    private static byte[] object(Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return out.toByteArray();
    }

    private interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }
}
