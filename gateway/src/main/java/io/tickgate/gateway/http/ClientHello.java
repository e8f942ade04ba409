package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.ApplicationProtocolNames;

/** What is looked up in a TLS ClientHello before its handshake (RFC 8446 §4.1.2). Pure. */
final class ClientHello {
    private static final Set<String> OURS = Set.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    /** RFC 7301 §3.1. */
    private static final int ALPN = 16;
    private static final int VERSION_AND_RANDOM_BYTES = 34;

    private ClientHello() {}

    /** Whether it offers protocols by ALPN and none that we speak; no for what can't be read, which the handshake refuses. */
    static boolean offersOnlyOthers(ByteBuf hello) {
        try {
            ByteBuf extensions = extensions(hello.duplicate());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN) {
                    return !hasOurs(content.readSlice(content.readUnsignedShort()));
                }
            }
            return false;
        } catch (IndexOutOfBoundsException truncated) {
            return false;
        }
    }

    private static ByteBuf extensions(ByteBuf hello) {
        hello.skipBytes(VERSION_AND_RANDOM_BYTES);
        hello.skipBytes(hello.readUnsignedByte());
        hello.skipBytes(hello.readUnsignedShort());
        hello.skipBytes(hello.readUnsignedByte());
        return hello.isReadable() ? hello.readSlice(hello.readUnsignedShort()) : hello;
    }

    private static boolean hasOurs(ByteBuf names) {
        while (names.isReadable()) {
            int length = names.readUnsignedByte();
            if (OURS.contains(names.readCharSequence(length, StandardCharsets.US_ASCII).toString())) {
                return true;
            }
        }
        return false;
    }
}
