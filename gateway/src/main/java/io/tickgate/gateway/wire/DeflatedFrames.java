package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.compress.Coding;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/** Text messages of a WebSocket with permessage-deflate (RFC 7692 §7.2.1), one frame each. */
public final class DeflatedFrames implements Framing {
    /** A message this short gains nothing. */
    private static final int COMPRESSED_FROM_BYTES = 64;
    /** The empty stored block at the end, which §7.2.1 leaves out. */
    private static final int TAIL_BYTES = 4;

    private final WireFormat plain;
    private final boolean isContinuous;

    /**
     * @param plain writes the same uncompressed
     * @param isContinuous whether the client keeps what it has got before: it did not ask for {@code server_no_context_takeover}
     */
    public DeflatedFrames(WireFormat plain, boolean isContinuous) {
        this.plain = plain;
        this.isContinuous = isContinuous;
    }

    @Override
    public Coding coding() {
        return Coding.GZIP;
    }

    @Override
    public boolean isContinuous() {
        return isContinuous;
    }

    @Override
    public int compressedFromBytes() {
        return COMPRESSED_FROM_BYTES;
    }

    @Override
    public void frame(ByteBuf block, ByteBuf out) {
        int bytes = block.readableBytes() - TAIL_BYTES;
        WebSocketEncoder.writeDeflatedTextHeader(bytes, out);
        out.writeBytes(block, block.readerIndex(), bytes);
    }

    @Override
    public void framePlain(ByteBuf content, ByteBuf out) {
        WebSocketEncoder.writeTextHeader(content.readableBytes(), out);
        out.writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    @Override
    public WireFormat plain() {
        return plain;
    }
}
