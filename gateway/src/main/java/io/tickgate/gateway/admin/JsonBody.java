package io.tickgate.gateway.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/** Writes the JSON of small responses. */
final class JsonBody {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes the members of the body's object. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonBody() {}

    static byte[] of(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
