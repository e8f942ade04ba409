package io.tickgate.protocol.socketio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * Takes the JSON array of an event or an acknowledgement apart, without re-serialising its elements. Owned by one thread
 * and used once; the text has been scanned before, so its validity and depth are no question here.
 */
final class DataArray implements AutoCloseable {
    /** Names that mean something to the libraries at both ends, which the reference decoder refuses as well. */
    private static final Set<String> RESERVED_NAMES = Set.of("connect", "connect_error", "disconnect", "disconnecting",
            "newListener", "removeListener");
    /** Names come from outside and are not interned; lengths and depth have been limited with the text. */
    private static final JsonFactory JSON = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW).streamReadConstraints(StreamReadConstraints
                    .builder().maxNumberLength(Integer.MAX_VALUE).maxStringLength(Integer.MAX_VALUE).maxNameLength(
                            Integer.MAX_VALUE)
                    .build())
            .build();
    /** Digits of the largest number that can stand for an attachment. */
    private static final int MAX_NUM_DIGITS = 2;

    private final byte[] json;
    private final JsonParser parser;
    /** Bit n: a placeholder for attachment n was seen. */
    private long placeholders;
    /** A placeholder was seen twice, or with a number that can't be. */
    private boolean badPlaceholder;

    /** @param json a valid array */
    DataArray(byte[] json) throws IOException {
        this.json = json;
        this.parser = JSON.createParser(json);
        parser.nextToken();
    }

    /** The first element. A number stands for its text, as in JavaScript. */
    String readEventName() throws IOException, SocketIoFault {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
            throw SocketIoFault.BAD_EVENT_NAME;
        }
        String name = parser.getText();
        if (RESERVED_NAMES.contains(name)) {
            throw SocketIoFault.BAD_EVENT_NAME;
        }
        return name;
    }

    /** The elements that are left. */
    List<JsonText> readArguments(int maxArguments) throws IOException, SocketIoFault {
        List<JsonText> arguments = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (arguments.size() == maxArguments) {
                throw SocketIoFault.TOO_MANY_ARGUMENTS;
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            skipValue();
            parser.finishToken();
            int to = (int) parser.currentLocation().getByteOffset();
            arguments.add(new JsonText(json, from, to));
        }
        return List.copyOf(arguments);
    }

    /** Checks that the arguments read hold exactly one placeholder for each attachment. */
    void requirePlaceholders(int attachments) throws SocketIoFault {
        long wanted = attachments == Long.SIZE ? -1 : (1L << attachments) - 1;
        if (badPlaceholder || placeholders != wanted) {
            throw SocketIoFault.BAD_PLACEHOLDERS;
        }
    }

    private void skipValue() throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            skipObject();
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                skipValue();
            }
        }
    }

    private void skipObject() throws IOException {
        boolean placeholder = false;
        int num = -1;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "_placeholder" -> placeholder = value == JsonToken.VALUE_TRUE;
                case "num" -> num = value == JsonToken.VALUE_NUMBER_INT ? readNum() : -1;
                default -> {
                }
            }
            skipValue();
        }
        if (placeholder) {
            note(num);
        }
    }

    private int readNum() throws IOException {
        return parser.getTextLength() <= MAX_NUM_DIGITS ? Integer.parseInt(parser.getText()) : -1;
    }

    private void note(int num) {
        long bit = num >= 0 && num < Long.SIZE ? 1L << num : 0;
        badPlaceholder |= bit == 0 || (placeholders & bit) != 0;
        placeholders |= bit;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
