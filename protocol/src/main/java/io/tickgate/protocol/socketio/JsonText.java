package io.tickgate.protocol.socketio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON value byte for byte as a peer sent it, valid UTF-8 and JSON. Immutable, on the heap: it outlives the packet it
 * came in, and holds on to that packet's other values.
 */
public final class JsonText {
    private final byte[] bytes;
    private final int from;
    private final int to;

    JsonText(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** @param json one valid JSON value in UTF-8, which the caller gives away */
    static JsonText of(byte[] json) {
        return new JsonText(json, 0, json.length);
    }

    /** How many bytes it is long. */
    public int length() {
        return to - from;
    }

    /** A copy of the bytes, for the caller to keep or change. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** The JSON as text. */
    public String text() {
        return new String(bytes, from, length(), StandardCharsets.UTF_8);
    }

    /** Leaves the JSON out: it may hold a token, which must reach no log. */
    @Override
    public String toString() {
        return "JsonText[" + length() + " bytes]";
    }
}
