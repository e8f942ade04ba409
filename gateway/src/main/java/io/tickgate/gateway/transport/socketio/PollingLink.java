package io.tickgate.gateway.transport.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.tickgate.protocol.engineio.EngineIoFault;
import io.tickgate.protocol.engineio.EnginePacket;
import io.tickgate.protocol.engineio.EngineProtocol;
import io.tickgate.protocol.message.Disconnect;

/**
 * Packets that wait until the client asks for them, or the request that waits until there are some. Owned by the
 * connection's loop; what waits is bounded by the high watermark, above which the connection is closed.
 */
final class PollingLink implements Link {
    private static final byte[] CLOSE = {'1'};
    private static final byte[] NOOP = {'6'};
    private static final int INITIAL_BYTES = 512;

    private final EngineProtocol protocol;
    private final EventFormat.Carriage carriage;
    private final boolean takesBinary;
    /** The entries of packets; on the heap, since many clients have nothing waiting most of the time. */
    private ByteBuf waiting = Unpooled.EMPTY_BUFFER;
    private boolean binaryWaits;
    private Reply held;
    private boolean holding = true;
    /** Whether the next answer but one is that the connection has ended. */
    private boolean closing;

    PollingLink(EngineConnection engine) {
        this.protocol = engine.protocol();
        this.carriage = engine.generation().polling();
        this.takesBinary = engine.takesBinary();
    }

    /** A request that asks for packets: answered now, or held. @return false if another one is held already */
    boolean offer(Reply request) {
        if (held != null) {
            return false;
        }
        held = request;
        flush();
        if (held != null && !holding) {
            release();
        }
        return true;
    }

    /** From now on no request is held: the client is about to move to another transport and waits for its last answer. */
    void stopHolding() {
        holding = false;
        release();
    }

    void resumeHolding() {
        holding = true;
    }

    /** Answers the held request, if there is one, though there is nothing to tell. */
    void release() {
        if (held != null) {
            write(NOOP);
            flush();
        }
    }

    @Override
    public EventFormat.Carriage carriage() {
        return carriage;
    }

    @Override
    public void write(ByteBuf events) {
        entries().writeBytes(events, events.readerIndex(), events.readableBytes());
    }

    @Override
    public void write(byte[] packetText) {
        protocol.appendEntry(packetText, entries());
    }

    @Override
    public void writeBinary(byte[] message) {
        write(protocol.binaryText(message));
        binaryWaits = true;
    }

    private ByteBuf entries() {
        if (waiting.capacity() == 0) {
            waiting = Unpooled.buffer(INITIAL_BYTES);
        }
        return waiting;
    }

    @Override
    public void flush() {
        if (waiting.isReadable() && held != null) {
            Reply request = held;
            held = null;
            request.send(protocol.payload(waiting, binaryWaits && takesBinary));
            drop();
            if (closing) {
                closing = false;
                write(CLOSE);
            }
        }
    }

    private void drop() {
        waiting = Unpooled.EMPTY_BUFFER;
        binaryWaits = false;
    }

    @Override
    public long pendingBytes() {
        return waiting.readableBytes();
    }

    /** When the client asks again. */
    @Override
    public boolean isDelayed() {
        return true;
    }

    /**
     * What waits goes in an answer before: the npm client acts on packets only after all of their answer, and would hear of its
     * dismissal when the connection has ended already.
     */
    @Override
    public boolean close(Disconnect reason) {
        flush();
        if (waiting.isReadable()) {
            closing = true;
        } else {
            write(CLOSE);
            flush();
        }
        return !waiting.isReadable();
    }

    /** A request for packets may have crossed the client's last word: it is answered as if it had come before. */
    @Override
    public boolean left() {
        drop();
        write(NOOP);
        flush();
        return !waiting.isReadable();
    }

    /** Gives what waits to the link that comes after this one, packet by packet. */
    void moveTo(Link next) {
        for (byte[] text : protocol.packetTexts(waiting)) {
            if (binaryWaits && binaryIn(text) instanceof EnginePacket.BinaryMessage(ByteBuf message)) {
                next.writeBinary(ByteBufUtil.getBytes(message));
            } else {
                next.write(text);
            }
        }
        drop();
        release();
    }

    private EnginePacket binaryIn(byte[] text) {
        try {
            return protocol.decodeText(Unpooled.wrappedBuffer(text));
        } catch (EngineIoFault impossible) {
            throw new IllegalStateException("a packet that was written here", impossible);
        }
    }
}
