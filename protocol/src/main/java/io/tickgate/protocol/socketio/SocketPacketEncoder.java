package io.tickgate.protocol.socketio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    /** Admits a client of protocol 4, which is told no more than that: {@code 40}. */
    public static byte[] connect(String namespace) {
        return utf8(head('0', namespace));
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

    /** Refuses a client of protocol 4, which is told one text: {@code 44"…"}. */
    public static byte[] connectError(String namespace, String message) {
        return utf8(head('4', namespace) + quote(message));
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
        return ack(namespace, ackId, 0, List.of(argumentsJson));
    }

    /**
     * The same with binary messages that follow: {@code 46<attachments>-<id>[…]}.
     *
     * @param attachments how many, each with its placeholder among the arguments; 0 for an ordinary one
     */
    public static byte[] ack(String namespace, long ackId, int attachments, List<byte[]> argumentsJson) {
        if (ackId < 0) {
            throw new IllegalArgumentException("ackId: " + ackId);
        }
        String head = attachments == 0 ? head('3', namespace) : head("6" + attachments + "-", namespace);
        return array(head + ackId + "[", argumentsJson);
    }

    /**
     * An event: {@code 42[<name>,…]}, or {@code 45<attachments>-[<name>,…]}.
     *
     * @param ackId to be named in the client's acknowledgement, or {@link SocketPacket#NO_ACK_ID}
     * @param attachments how many binary messages follow, each with its placeholder among the arguments
     * @param argumentsJson one JSON value each
     */
    public static byte[] event(String namespace, long ackId, int attachments, String name, List<byte[]> argumentsJson) {
        String head = attachments == 0 ? head('2', namespace) : head("5" + attachments + "-", namespace);
        List<byte[]> elements = new ArrayList<>(1 + argumentsJson.size());
        elements.add(utf8(quote(name)));
        elements.addAll(argumentsJson);
        return array(head + (ackId == SocketPacket.NO_ACK_ID ? "" : ackId) + "[", elements);
    }

    private static byte[] array(String head, List<byte[]> elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(utf8(head));
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(elements.get(i));
        }
        out.write(']');
        return out.toByteArray();
    }

    static String head(char type, String namespace) {
        return head(String.valueOf(type), namespace);
    }

    /** What stands before the acknowledgement id or the data. */
    private static String head(String type, String namespace) {
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
