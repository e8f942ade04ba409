package io.tickgate.protocol.message;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * Reads JSON that a peer sent, after a {@link PayloadScanner} has vouched for it as a whole. Owned by one thread, like the
 * scanner in it; nesting is limited here, size by whoever received the bytes.
 */
final class JsonReading {
    static final int MAX_DEPTH = 64;

    /**
     * Names come from outside and are not interned. Numbers are as long as the text is: only their text is used. The
     * scanner's depth counts; the parser's own is one more, for its root.
     */
    private static final JsonFactory JSON = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW).streamReadConstraints(StreamReadConstraints
                    .builder().maxNestingDepth(MAX_DEPTH + 1).maxNumberLength(Integer.MAX_VALUE).maxStringLength(
                            Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE).build())
            .build();

    private final PayloadScanner scanner = new PayloadScanner(MAX_DEPTH);

    /** A parser on the first token of one whole valid value. Line breaks between tokens in {@code json} become spaces. */
    JsonParser open(byte[] json) throws MalformedMessage, IOException {
        if (scanner.scan(json) != PayloadScanner.Outcome.OK) {
            throw MalformedMessage.NOT_JSON;
        }
        JsonParser parser = JSON.createParser(json);
        parser.nextToken();
        return parser;
    }

    /** The offset of the current token's first byte. */
    static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Goes to the end of the current value; the offset behind its last byte. */
    static int end(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }
}
