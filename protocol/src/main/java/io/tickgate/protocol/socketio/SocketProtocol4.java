package io.tickgate.protocol.socketio;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.FormText;

/**
 * Socket.IO protocol 4, over Engine.IO 3: clients are in the main namespace from the first, and say who they are in the query of
 * the handshake, or in one behind the namespace's name, {@code 0/desk?token=…,}; they are told neither ids nor objects.
 */
public final class SocketProtocol4 implements SocketProtocol {
    private final SocketPacketDecoder decoder;

    /** @param limits the namespace's with its query */
    public SocketProtocol4(SocketPacketLimits limits) {
        decoder = new SocketPacketDecoder(limits);
    }

    /** A query becomes the object that protocol 5 has. */
    @Override
    public SocketPacket decode(ByteBuf message) throws SocketIoFault {
        SocketPacket packet = decoder.decode(message);
        int query = packet.namespace().indexOf('?');
        return packet instanceof SocketPacket.Connect(String namespace, JsonText _) && query >= 0
                ? new SocketPacket.Connect(namespace.substring(0, query), toJson(namespace.substring(query + 1)))
                : packet;
    }

    private static JsonText toJson(String query) throws SocketIoFault {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : query.split("&")) {
            int equals = field.indexOf('=');
            String name = FormText.decode(equals < 0 ? field : field.substring(0, equals));
            String value = FormText.decode(equals < 0 ? "" : field.substring(equals + 1));
            if (name == null || value == null) {
                throw SocketIoFault.BAD_DATA;
            }
            fields.put(name, value);
        }
        fields.remove("");
        StringJoiner json = new StringJoiner(",", "{", "}");
        fields.forEach((name, value) -> json
                .add(SocketPacketEncoder.quote(name) + ":" + SocketPacketEncoder.quote(value)));
        return JsonText.of(SocketPacketEncoder.utf8(json.toString()));
    }

    @Override
    public boolean joinsMainNamespace() {
        return true;
    }

    @Override
    public boolean recovers() {
        return false;
    }

    @Override
    public byte[] connect(String namespace, String sid, String pid) {
        return SocketPacketEncoder.connect(namespace);
    }

    @Override
    public byte[] connectError(String namespace, String message, byte[] dataJson) {
        return SocketPacketEncoder.connectError(namespace, message);
    }
}
