package io.tickgate.gateway.transport.socketio;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.tickgate.protocol.socketio.JsonText;

/**
 * What a client says about itself as it connects to a namespace. Immutable; fields that are not known are ignored.
 *
 * @param token null if there is none; what is not a string stands for its JSON text, which no key verifies
 * @param meta whether updates shall have their channel, epoch and seq as a second argument
 * @param recover whether the client is able to go on with its session when it comes back
 * @param pid the session that it wants to go on with, or null
 * @param offset where it stood in that, or null
 */
record ConnectAuth(String token, boolean meta, boolean recover, String pid, String offset) {
    private static final ConnectAuth NONE = new ConnectAuth(null, false, false, null, null);
    private static final JsonFactory JSON = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW).build();

    /**
     * @param data the object of the CONNECT packet, or null
     * @throws IOException if it exceeds a limit of the JSON reader
     */
    static ConnectAuth read(JsonText data) throws IOException {
        if (data == null) {
            return NONE;
        }
        String token = null;
        String pid = null;
        String offset = null;
        boolean meta = false;
        boolean recover = false;
        try (JsonParser parser = JSON.createParser(data.toBytes())) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "token" -> token = value == JsonToken.VALUE_NULL ? null : parser.getText();
                    // Clients of protocol 4 have only text to say it with.
                    case "meta" -> meta = value == JsonToken.VALUE_TRUE || "1".equals(string(parser));
                    case "recover" -> recover = value == JsonToken.VALUE_TRUE;
                    case "pid" -> pid = string(parser);
                    case "offset" -> offset = string(parser);
                    default -> {
                    }
                }
                parser.skipChildren();
            }
        }
        return new ConnectAuth(token, meta, recover, pid, offset);
    }

    private static String string(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    /** Leaves token and pid out: they must reach no log. */
    @Override
    public String toString() {
        return "ConnectAuth[meta=" + meta + ", recover=" + recover + "]";
    }
}
