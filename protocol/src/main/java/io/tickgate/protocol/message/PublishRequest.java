package io.tickgate.protocol.message;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * The body of {@code POST /api/publish}: one message or several. Immutable once parsed, by any thread; the number of
 * messages is limited here, the size of the body by whoever received it.
 *
 * <p>Each payload is the bytes that stood in the body, never re-serialised (raw line breaks between tokens have become
 * spaces). Channel names are as sent: whoever publishes checks them.
 */
public final class PublishRequest {
    /** One message, in the order of the body: its index is what the answer's {@code failed} names. */
    public sealed interface Entry {}

    /** A message to publish; owned by whoever takes the payload. */
    public static final class Message implements Entry {
        private final String channel;
        private final byte[] payload;

        private Message(String channel, byte[] payload) {
            this.channel = channel;
            this.payload = payload;
        }

        public String channel() {
            return channel;
        }

        /** One JSON value in UTF-8; not copied. */
        public byte[] payload() {
            return payload;
        }
    }

    /** A message that lacks its channel or its data; the others are not affected. */
    public record Refused(ErrorCode code) implements Entry {}

    private static final Refused BAD_REQUEST = new Refused(ErrorCode.BAD_REQUEST);

    private final List<Entry> entries;

    private PublishRequest(List<Entry> entries) {
        this.entries = entries;
    }

    /** The messages in the order of the body. */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Reads {@code {"channel":…,"data":…}} or {@code {"messages":[…]}}; of a member given twice the last counts, and
     * {@code messages} goes before the other form.
     *
     * @param body the parser's: line breaks among its tokens become spaces
     * @param maxMessages how many messages one request may hold
     * @throws MalformedMessage if this is no such body at all, or holds too many messages
     */
    public static PublishRequest parse(byte[] body, int maxMessages) throws MalformedMessage {
        try (JsonParser parser = new JsonReading().open(body)) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw MalformedMessage.NOT_AN_OBJECT;
            }
            return new PublishRequest(List.copyOf(new Body(body, maxMessages).read(parser)));
        } catch (IOException stricterThanTheScanner) {
            throw MalformedMessage.NOT_JSON;
        }
    }

    /** The body while it is read. */
    private static final class Body {
        private final byte[] json;
        private final int maxMessages;

        Body(byte[] json, int maxMessages) {
            this.json = json;
            this.maxMessages = maxMessages;
        }

        List<Entry> read(JsonParser parser) throws IOException, MalformedMessage {
            Draft single = new Draft();
            List<Entry> several = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("messages")) {
                    several = readMessages(parser);
                } else {
                    single.readMember(name, parser);
                }
            }
            return several != null ? several : List.of(single.entry());
        }

        private List<Entry> readMessages(JsonParser parser) throws IOException, MalformedMessage {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw MalformedMessage.MESSAGES_NOT_AN_ARRAY;
            }
            List<Entry> messages = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (messages.size() == maxMessages) {
                    throw MalformedMessage.TOO_MANY_MESSAGES;
                }
                messages.add(readMessage(parser));
            }
            return messages;
        }

        private Entry readMessage(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return BAD_REQUEST;
            }
            Draft draft = new Draft();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                draft.readMember(name, parser);
            }
            return draft.entry();
        }

        /** One message while its members are read: its data is no more than two offsets. */
        private final class Draft {
            private String channel;
            private int dataStart;
            private int dataEnd;

            void readMember(String name, JsonParser parser) throws IOException {
                switch (name) {
                    case "channel" -> {
                        channel = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
                        parser.skipChildren();
                    }
                    case "data" -> {
                        dataStart = JsonReading.start(parser);
                        dataEnd = JsonReading.end(parser);
                    }
                    default -> parser.skipChildren();
                }
            }

            Entry entry() {
                return channel == null || dataEnd == 0
                        ? BAD_REQUEST
                        : new Message(channel, Arrays.copyOfRange(json, dataStart, dataEnd));
            }
        }
    }
}
