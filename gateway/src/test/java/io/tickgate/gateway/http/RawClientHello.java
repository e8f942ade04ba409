package io.tickgate.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Writes a TLS ClientHello as a test wants it (RFC 5246 §7.4.1.2), in as many records as it wants. */
final class RawClientHello {
    static final int TLS_1_2 = 0x0303;
    static final int TLS_1_1 = 0x0302;
    static final int TLS_1_0 = 0x0301;
    static final int SSL_3 = 0x0300;
    static final int ECDHE_ECDSA_AES_128_GCM = 0xc02b;

    private final int version;
    private final List<Integer> ciphers;
    private final List<String> protocols;

    /** @param protocols of ALPN, none for no such extension */
    RawClientHello(int version, List<Integer> ciphers, List<String> protocols) {
        this.version = version;
        this.ciphers = ciphers;
        this.protocols = protocols;
    }

    RawClientHello(List<String> protocols) {
        this(TLS_1_2, List.of(ECDHE_ECDSA_AES_128_GCM), protocols);
    }

    byte[] records(int recordBytes) {
        ByteBuf message = message();
        ByteBuf records = Unpooled.buffer();
        while (message.isReadable()) {
            int length = Math.min(recordBytes, message.readableBytes());
            records.writeByte(22).writeShort(0x0301).writeShort(length).writeBytes(message, length);
        }
        return ByteBufUtil.getBytes(records);
    }

    private ByteBuf message() {
        ByteBuf hello = Unpooled.buffer().writeShort(version).writeZero(32).writeByte(0);
        hello.writeShort(2 * ciphers.size());
        ciphers.forEach(hello::writeShort);
        hello.writeByte(1).writeByte(0);
        ByteBuf extensions = extensions();
        hello.writeShort(extensions.readableBytes()).writeBytes(extensions);
        return Unpooled.buffer().writeByte(1).writeMedium(hello.readableBytes()).writeBytes(hello);
    }

    private ByteBuf extensions() {
        ByteBuf extensions = Unpooled.buffer();
        // Groups, point formats, signatures.
        extensions.writeBytes(ByteBufUtil.decodeHexDump("000a0006" + "0004001d0017" + "000b0002" + "0100"));
        extensions.writeBytes(ByteBufUtil.decodeHexDump("000d0008" + "0006040308040401"));
        if (!protocols.isEmpty()) {
            ByteBuf names = Unpooled.buffer();
            protocols.forEach(
                    name -> names.writeByte(name.length()).writeCharSequence(name, StandardCharsets.US_ASCII));
            extensions.writeShort(16).writeShort(names.readableBytes() + 2).writeShort(names.readableBytes())
                    .writeBytes(names);
        }
        return extensions;
    }
}
