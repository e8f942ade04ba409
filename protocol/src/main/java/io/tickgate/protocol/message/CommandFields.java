package io.tickgate.protocol.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * The fields of one command as they were read, in whatever order they came; a field given twice counts as its last. Lives
 * for one parse on the parser's thread; a field that is missing or of the wrong type is remembered as such, because only
 * the op decides whether that matters. Keeps at most one channel and one position above the limit.
 */
final class CommandFields {
    private static final int MIN_INTERVAL_MS = 10;
    private static final int MAX_INTERVAL_MS = 60_000;
    private static final int MAX_ID_BYTES = 64;
    private static final int BAD_INTERVAL = -2;

    private final byte[] json;
    private final int maxChannels;
    private String op;
    private CommandId id;
    private boolean badId;
    private List<String> channels;
    private int intervalMs = Command.Subscribe.UNCHANGED;
    private Map<String, String> resume = Map.of();
    private String token;

    CommandFields(byte[] json, int maxChannels) {
        this.json = json;
        this.maxChannels = maxChannels;
    }

    /** Reads the members of the object on whose start the parser stands. */
    void readObject(JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "op" -> op = string(parser);
                case "id" -> readId(parser);
                case "channels" -> readChannels(parser);
                case "interval" -> intervalMs = interval(parser);
                case "resume" -> readResume(parser);
                case "token" -> readToken(parser);
                default -> parser.skipChildren();
            }
        }
    }

    /** Reads an array of strings; anything else counts as missing. */
    void readChannels(JsonParser parser) throws IOException {
        channels = null;
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        List<String> names = new ArrayList<>();
        boolean allStrings = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String name = string(parser);
            allStrings &= name != null;
            if (name != null && names.size() <= maxChannels) {
                names.add(name);
            }
        }
        channels = allStrings ? names : null;
    }

    /** Reads a single channel, where a transport allows it. */
    void readChannel(JsonParser parser) throws IOException {
        channels = List.of(parser.getText());
    }

    void readToken(JsonParser parser) throws IOException {
        token = string(parser);
    }

    /** The command that the op names. */
    ParsedCommand command() {
        if (badId) {
            return refused(ErrorCode.BAD_REQUEST, "id must be a number or a string of at most 64 bytes");
        }
        return switch (op) {
            case null -> refused(ErrorCode.BAD_REQUEST, "op must be a string");
            case "subscribe" -> subscribe();
            case "unsubscribe" -> unsubscribe();
            case "auth" -> authenticate();
            case "ping" -> new ParsedCommand.Accepted(new Command.Ping(id));
            default -> refused(ErrorCode.BAD_REQUEST, "unknown op");
        };
    }

    ParsedCommand subscribe() {
        if (channels == null) {
            return badChannels();
        }
        if (intervalMs == BAD_INTERVAL) {
            return refused(ErrorCode.BAD_REQUEST, "interval must be 0 or 10 to 60000 (milliseconds)");
        }
        if (resume == null) {
            return refused(ErrorCode.BAD_REQUEST, "resume must be an object of positions by channel");
        }
        if (channels.size() > maxChannels || resume.size() > maxChannels) {
            return tooManyChannels();
        }
        return new ParsedCommand.Accepted(new Command.Subscribe(id, channels, intervalMs, resume));
    }

    ParsedCommand unsubscribe() {
        if (channels == null) {
            return badChannels();
        }
        if (channels.size() > maxChannels) {
            return tooManyChannels();
        }
        return new ParsedCommand.Accepted(new Command.Unsubscribe(id, channels));
    }

    ParsedCommand authenticate() {
        if (token == null) {
            return refused(ErrorCode.BAD_REQUEST, "token must be a string");
        }
        return new ParsedCommand.Accepted(new Command.Authenticate(id, token));
    }

    private void readId(JsonParser parser) throws IOException {
        id = null;
        int start = JsonReading.start(parser);
        boolean mayBeId = switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText().getBytes(StandardCharsets.UTF_8).length <= MAX_ID_BYTES;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getTextLength() <= MAX_ID_BYTES;
            default -> false;
        };
        badId = !mayBeId;
        int end = JsonReading.end(parser);
        if (mayBeId) {
            id = new CommandId(new String(json, start, end - start, StandardCharsets.UTF_8));
        }
    }

    private static int interval(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            parser.skipChildren();
            return BAD_INTERVAL;
        }
        // No longer than the greatest interval: the text of a hostile number is not worth converting.
        int value = parser.getTextLength() <= 5 ? parser.getIntValue() : BAD_INTERVAL;
        return value == 0 || (value >= MIN_INTERVAL_MS && value <= MAX_INTERVAL_MS) ? value : BAD_INTERVAL;
    }

    private void readResume(JsonParser parser) throws IOException {
        resume = null;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        Map<String, String> positions = new LinkedHashMap<>();
        boolean allStrings = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String channel = parser.currentName();
            parser.nextToken();
            String position = string(parser);
            allStrings &= position != null;
            if (position != null && positions.size() <= maxChannels) {
                positions.put(channel, position);
            }
        }
        resume = allStrings ? positions : null;
    }

    private static String string(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private ParsedCommand badChannels() {
        return refused(ErrorCode.BAD_REQUEST, "channels must be an array of strings");
    }

    private ParsedCommand tooManyChannels() {
        return refused(ErrorCode.LIMIT, "at most " + maxChannels + " channels per command");
    }

    private ParsedCommand refused(ErrorCode code, String message) {
        return new ParsedCommand.Refused(new ServerMessage.Failure(id, code, message));
    }
}
