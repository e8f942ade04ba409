package io.tickgate.protocol.engineio;

import java.util.List;

import io.netty.buffer.ByteBuf;

/**
 * One protocol of Engine.IO: how packets are read and written where the protocols differ. Immutable: any thread; bytes and packets
 * of a payload that is decoded are limited, what is encoded is limited by whoever collects it.
 *
 * <p>Packets that wait for a polling client are collected as entries in one buffer, in a form in which an update can be prepared
 * once for many clients, and become a payload when it asks.
 */
public sealed interface EngineProtocol permits EngineProtocol3, EngineProtocol4 {

    /**
     * Decodes a text frame, whose indices stay as they are.
     *
     * @param text UTF-8, checked by the carrier
     * @throws EngineIoFault if it is not one packet
     */
    EnginePacket decodeText(ByteBuf text) throws EngineIoFault;

    /**
     * Decodes a binary frame, whose indices stay as they are.
     *
     * @throws EngineIoFault if it is not one packet
     */
    EnginePacket decodeBinary(ByteBuf frame) throws EngineIoFault;

    /** The content of a binary frame. */
    byte[] binaryFrame(byte[] message);

    /** A binary message as packet text, for clients and carriers that take text only. */
    byte[] binaryText(byte[] message);

    /**
     * Decodes a whole body, whose indices stay as they are: all of its packets, or none.
     *
     * @param isBinary whether it came as bytes rather than as text
     * @throws EngineIoFault if the body or one packet in it is malformed, or a limit is exceeded
     */
    List<EnginePacket> decodePayload(ByteBuf body, boolean isBinary) throws EngineIoFault;

    /** Appends the entry of a packet. */
    void appendEntry(byte[] packetText, ByteBuf entries);

    /**
     * Makes a payload of entries, at least one.
     *
     * @param binary whether there are binary messages among them, and the client takes them as they are
     */
    EnginePayload payload(ByteBuf entries, boolean binary);

    /** The texts of the packets that entries were made of. */
    List<byte[]> packetTexts(ByteBuf entries);
}
