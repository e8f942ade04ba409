package io.tickgate.protocol.socketio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import io.tickgate.protocol.message.PayloadScanner;
import io.tickgate.protocol.socketio.SocketPacket.Ack;
import io.tickgate.protocol.socketio.SocketPacket.Connect;
import io.tickgate.protocol.socketio.SocketPacket.ConnectError;
import io.tickgate.protocol.socketio.SocketPacket.Disconnect;
import io.tickgate.protocol.socketio.SocketPacket.Event;

/**
 * Decodes the text of Socket.IO packets: {@code <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]}. Owned by one
 * thread and reused; limits are those of {@link SocketPacketLimits}, and nothing of a packet is kept here.
 */
public final class SocketPacketDecoder {
    /** As many as surely fit a long. */
    public static final int MAX_ACK_ID_DIGITS = 18;

    private static final byte CONNECT = '0';
    private static final byte DISCONNECT = '1';
    private static final byte EVENT = '2';
    private static final byte ACK = '3';
    private static final byte BINARY_EVENT = '5';
    private static final byte BINARY_ACK = '6';

    private final SocketPacketLimits limits;
    private final PayloadScanner scanner;

    // The packet being decoded: its text, and the range in it that is still to be read.
    private ByteBuf text;
    private int at;
    private int end;

    public SocketPacketDecoder(SocketPacketLimits limits) {
        this.limits = limits;
        this.scanner = new PayloadScanner(limits.maxDepth());
    }

    /**
     * Decodes the text of an Engine.IO message (what follows its 4). The buffer's indices stay as they are, and the packet
     * does not refer to it. In the packet's JSON raw line breaks between tokens have become spaces.
     *
     * @throws SocketIoFault if it is malformed, inconsistent or exceeds a limit
     */
    public SocketPacket decode(ByteBuf message) throws SocketIoFault {
        text = message;
        at = message.readerIndex();
        end = message.writerIndex();
        try {
            return readPacket();
        } finally {
            text = null;
        }
    }

    private SocketPacket readPacket() throws SocketIoFault {
        if (at == end) {
            throw SocketIoFault.EMPTY_PACKET;
        }
        byte type = text.getByte(at++);
        if (type < CONNECT || type > BINARY_ACK) {
            throw SocketIoFault.UNKNOWN_TYPE;
        }
        int attachments = type == BINARY_EVENT || type == BINARY_ACK ? readAttachmentCount() : 0;
        String namespace = readNamespace();
        long ackId = readAckId();
        byte[] json = readJson();
        return switch (type) {
            case EVENT, ACK, BINARY_EVENT, BINARY_ACK -> readArray(type, namespace, ackId, attachments, json);
            default -> {
                if (ackId != SocketPacket.NO_ACK_ID) {
                    throw SocketIoFault.UNEXPECTED_ACK_ID;
                }
                yield readConnection(type, namespace, json);
            }
        };
    }

    private int readAttachmentCount() throws SocketIoFault {
        int start = at;
        int count = 0;
        for (; isDigit(); at++) {
            count = count * 10 + text.getByte(at) - '0';
            if (count > limits.maxAttachments()) {
                throw SocketIoFault.TOO_MANY_ATTACHMENTS;
            }
        }
        if (at == start || at == end || text.getByte(at) != '-') {
            throw SocketIoFault.BAD_ATTACHMENT_COUNT;
        }
        at++;
        return count;
    }

    private String readNamespace() throws SocketIoFault {
        if (at == end || text.getByte(at) != '/') {
            return SocketPacket.MAIN_NAMESPACE;
        }
        int comma = text.indexOf(at, end, (byte) ',');
        // A packet with nothing behind the namespace may lack the comma, as in early clients' CONNECT.
        int namespaceEnd = comma < 0 ? end : comma;
        int bytes = namespaceEnd - at;
        if (bytes > limits.maxNamespaceBytes()) {
            throw SocketIoFault.NAMESPACE_TOO_LONG;
        }
        String namespace = bytes == 1
                ? SocketPacket.MAIN_NAMESPACE
                : text.toString(at, bytes, StandardCharsets.UTF_8);
        at = comma < 0 ? end : comma + 1;
        return namespace;
    }

    private long readAckId() throws SocketIoFault {
        int start = at;
        long id = 0;
        for (; isDigit(); at++) {
            if (at - start == MAX_ACK_ID_DIGITS) {
                throw SocketIoFault.ACK_ID_TOO_LONG;
            }
            id = id * 10 + text.getByte(at) - '0';
        }
        return at == start ? SocketPacket.NO_ACK_ID : id;
    }

    private boolean isDigit() {
        return at < end && text.getByte(at) >= '0' && text.getByte(at) <= '9';
    }

    /** The rest, checked to be JSON; null if there is none. */
    private byte[] readJson() throws SocketIoFault {
        if (at == end) {
            return null;
        }
        byte[] json = ByteBufUtil.getBytes(text, at, end - at);
        return switch (scanner.scan(json)) {
            case OK -> json;
            case TOO_DEEP -> throw SocketIoFault.TOO_DEEP;
            case EMPTY, NOT_UTF8, NOT_JSON -> throw SocketIoFault.NOT_JSON;
        };
    }

    private static SocketPacket readConnection(byte type, String namespace, byte[] json) throws SocketIoFault {
        char first = json == null ? 0 : firstOf(json);
        boolean fits = switch (type) {
            case CONNECT -> json == null || first == '{';
            case DISCONNECT -> json == null;
            default -> first == '{' || first == '"';
        };
        if (!fits) {
            throw SocketIoFault.BAD_DATA;
        }
        JsonText data = json == null ? null : JsonText.of(json);
        return switch (type) {
            case CONNECT -> new Connect(namespace, data);
            case DISCONNECT -> new Disconnect(namespace);
            default -> new ConnectError(namespace, data);
        };
    }

    private SocketPacket readArray(byte type, String namespace, long ackId, int attachments, byte[] json)
            throws SocketIoFault {
        boolean event = type == EVENT || type == BINARY_EVENT;
        if (!event && ackId == SocketPacket.NO_ACK_ID) {
            throw SocketIoFault.ACK_ID_MISSING;
        }
        if (json == null || firstOf(json) != '[') {
            throw SocketIoFault.BAD_DATA;
        }
        try (DataArray array = new DataArray(json)) {
            String name = event ? array.readEventName() : null;
            List<JsonText> arguments = array.readArguments(limits.maxArguments());
            if (type == BINARY_EVENT || type == BINARY_ACK) {
                array.requirePlaceholders(attachments);
            }
            return event
                    ? new Event(namespace, ackId, attachments, name, arguments)
                    : new Ack(namespace, ackId, attachments, arguments);
        } catch (IOException unreadable) {
            // The scanner found it valid; should the two ever disagree, it is the peer that bears it.
            throw SocketIoFault.NOT_JSON;
        }
    }

    /** The first character that is not white space; there is one. */
    private static char firstOf(byte[] json) {
        int i = 0;
        while (json[i] <= ' ') {
            i++;
        }
        return (char) json[i];
    }
}
