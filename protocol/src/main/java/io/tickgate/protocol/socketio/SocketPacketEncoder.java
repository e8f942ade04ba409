package io.tickgate.protocol.socketio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * The text of packets about a session, each with the 4 in front that makes it an Engine.IO message: a whole WebSocket text
 * frame, and one entry of a polling payload. Static and stateless: any thread; it allocates, so it is not for updates
 * ({@link EventEncoder}).
 */
public final class SocketPacketEncoder {

    private SocketPacketEncoder() {}

    /**
     * Admits the client to the namespace: {@code 40{"sid":"…"}}.
     *
     * @param namespace as the client named it: it starts with a slash and holds no comma
     */
    public static byte[] connect(String namespace, String sid) {
        return utf8(head('0', namespace) + "{\"sid\":" + quote(sid) + "}");
    }

    /**
     * Admits a client that can be recovered: {@code 40{"sid":"…","pid":"…"}}.
     *
     * @param pid what the client names its session by when it comes back
     */
    public static byte[] connect(String namespace, String sid, String pid) {
        return utf8(head('0', namespace) + "{\"sid\":" + quote(sid) + ",\"pid\":" + quote(pid) + "}");
    }

    /**
     * Refuses the client: {@code 44{"message":"…","data":…}}.
     *
     * @param dataJson one JSON value, or null for none
     */
    public static byte[] connectError(String namespace, String message, byte[] dataJson) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(utf8(head('4', namespace) + "{\"message\":" + quote(message)));
        if (dataJson != null) {
            out.writeBytes(utf8(",\"data\":"));
            out.writeBytes(dataJson);
        }
        out.write('}');
        return out.toByteArray();
    }

    /** Ends the client's stay in the namespace for good: {@code 41}. */
    public static byte[] disconnect(String namespace) {
        return utf8(head('1', namespace));
    }

    /**
     * Answers an event that asked for it: {@code 43<id>[…]}.
     *
     * @param ackId the event's, not negative
     * @param argumentsJson one JSON value each
     */
    public static byte[] ack(String namespace, long ackId, byte[]... argumentsJson) {
        if (ackId < 0) {
            throw new IllegalArgumentException("ackId: " + ackId);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(utf8(head('3', namespace) + ackId + "["));
        for (int i = 0; i < argumentsJson.length; i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(argumentsJson[i]);
        }
        out.write(']');
        return out.toByteArray();
    }

    /** What stands before the acknowledgement id or the data. */
    static String head(char type, String namespace) {
        if (!namespace.startsWith("/") || namespace.indexOf(',') >= 0) {
            throw new IllegalArgumentException("namespace: " + namespace);
        }
        return "4" + type + (namespace.equals(SocketPacket.MAIN_NAMESPACE) ? "" : namespace + ",");
    }

    /** The text as a JSON string. */
    static String quote(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
