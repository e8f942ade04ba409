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
 */
record ConnectAuth(String token, boolean meta) {
    private static final ConnectAuth NONE = new ConnectAuth(null, false);
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
        boolean meta = false;
        try (JsonParser parser = JSON.createParser(data.toBytes())) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "token" -> token = value == JsonToken.VALUE_NULL ? null : parser.getText();
                    case "meta" -> meta = value == JsonToken.VALUE_TRUE;
                    default -> {
                    }
                }
                parser.skipChildren();
            }
        }
        return new ConnectAuth(token, meta);
    }

    /** Leaves the token out: it must reach no log. */
    @Override
    public String toString() {
        return "ConnectAuth[meta=" + meta + "]";
    }
}
