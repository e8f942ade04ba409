package io.tickgate.gateway.transport.socketio;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.engineio.SeparatedPayload;
import io.tickgate.protocol.message.Disconnect;

/**
 * Packets that wait until the client asks for them, or the request that waits until there are some. Owned by the
 * connection's loop; what waits is bounded by the high watermark, above which the connection is closed.
 */
final class PollingLink implements Link {
    private static final byte[] NOTHING = {};
    private static final byte[] CLOSE = {'1'};
    private static final byte[] NOOP = {'6'};
    private static final int INITIAL_BYTES = 512;

    /** Packets, each with the separator before it. */
    private byte[] waiting = NOTHING;
    private int waitingBytes;
    private Reply held;
    private boolean holding = true;

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
        answer(NOOP);
    }

    @Override
    public EventFormat.Carriage carriage() {
        return EventFormat.Carriage.POLLING;
    }

    @Override
    public void write(ByteBuf events) {
        int bytes = events.readableBytes();
        reserve(bytes);
        events.getBytes(events.readerIndex(), waiting, waitingBytes, bytes);
        waitingBytes += bytes;
    }

    @Override
    public void write(byte[] packetText) {
        reserve(1 + packetText.length);
        waiting[waitingBytes] = SeparatedPayload.SEPARATOR;
        System.arraycopy(packetText, 0, waiting, waitingBytes + 1, packetText.length);
        waitingBytes += 1 + packetText.length;
    }

    private void reserve(int bytes) {
        int needed = waitingBytes + bytes;
        if (needed > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(needed, Math.max(INITIAL_BYTES, 2 * waiting.length)));
        }
    }

    @Override
    public void flush() {
        if (waitingBytes > 0 && held != null) {
            answer(take());
        }
    }

    /** Everything that waits, as one payload. */
    private byte[] take() {
        byte[] payload = Arrays.copyOfRange(waiting, 1, waitingBytes);
        waiting = NOTHING;
        waitingBytes = 0;
        return payload;
    }

    private void answer(byte[] payload) {
        Reply request = held;
        if (request != null) {
            held = null;
            request.sendPackets(payload);
        }
    }

    @Override
    public long pendingBytes() {
        return waitingBytes;
    }

    /** When the client asks again. */
    @Override
    public boolean isDelayed() {
        return true;
    }

    @Override
    public boolean close(Disconnect reason) {
        write(CLOSE);
        flush();
        return waitingBytes == 0;
    }

    @Override
    public void left() {
        waiting = NOTHING;
        waitingBytes = 0;
        release();
    }

    /** Gives what waits to the link that comes after this one, packet by packet. */
    void moveTo(Link next) {
        int from = 1;
        for (int i = 1; i <= waitingBytes; i++) {
            if (i == waitingBytes || waiting[i] == SeparatedPayload.SEPARATOR) {
                next.write(Arrays.copyOfRange(waiting, from, i));
                from = i + 1;
            }
        }
        left();
    }
}
