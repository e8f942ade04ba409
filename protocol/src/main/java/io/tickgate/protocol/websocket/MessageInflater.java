package io.tickgate.protocol.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;

/**
 * Inflates the messages of clients (RFC 7692 §7.2.2). Owned by one thread, whose connections share it: nothing is kept from
 * one message to the next but zlib's state of some 40 KB, and that from the first message on. What a message may refer to of
 * earlier ones, its connection keeps as an {@link InflatedWindow}.
 */
public final class MessageInflater implements AutoCloseable {
    /**
     * What the sender left out (§7.2.1), and then a last block without content: only if the message ended with a whole block
     * does the inflater come to an end by one of them.
     */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final int LAST_BLOCK_BYTES = 5;
    /**
     * That set BFINAL, in one message. Each of them costs half a microsecond, and takes two bytes; clients make one or none.
     */
    static final int MAX_FINAL_BLOCKS = 1_000;
    private static final int MIN_BYTES = 256;
    /** JSON seldom deflates better; what does makes the buffer grow. */
    private static final int EXPECTED_RATIO = 3;

    private final byte[] beyondLimit = new byte[1];
    private Inflater inflater;

    /**
     * Inflates one message.
     *
     * @param deflated its whole payload, left unread
     * @param maxBytes that it may have inflated; no more memory than that is taken
     * @param window that it may refer to, and enters; null if neither was agreed
     * @return the caller's to release
     * @throws WebSocketFault if it's larger, as soon as that shows, or isn't deflated
     */
    ByteBuf inflate(ByteBuf deflated, int maxBytes, InflatedWindow window) throws WebSocketFault {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        long expectedBytes = Math.max(MIN_BYTES, (long) EXPECTED_RATIO * deflated.readableBytes());
        ByteBuf message = deflated.alloc().buffer((int) Math.min(expectedBytes, maxBytes), maxBytes);
        boolean whole = false;
        try {
            if (window != null) {
                window.giveTo(inflater);
            }
            inflate(deflated, message);
            if (window != null) {
                window.add(message);
            }
            whole = true;
            return message;
        } catch (DataFormatException notDeflate) {
            throw WebSocketFault.NOT_DEFLATE;
        } finally {
            // It must not hold the payload either.
            inflater.reset();
            if (!whole) {
                message.release();
            }
        }
    }

    private void inflate(ByteBuf deflated, ByteBuf message) throws DataFormatException, WebSocketFault {
        int end = deflated.writerIndex();
        int next = deflated.readerIndex();
        for (int finalBlocks = 0; next < end; finalBlocks++) {
            if (finalBlocks > MAX_FINAL_BLOCKS) {
                throw WebSocketFault.NOT_DEFLATE;
            }
            inflater.setInput(deflated.nioBuffer(next, end - next));
            drain(message);
            if (!inflater.finished()) {
                inflater.setInput(TAIL);
                drain(message);
                if (endsInTail()) {
                    return;
                }
                throw WebSocketFault.NOT_DEFLATE;
            }
            // §7.2.1: after a block with BFINAL set another one may follow, at the next byte. It ends what was deflated as one
            // (RFC 1951 §3.2.3): the other one refers to nothing before it.
            next = end - inflater.getRemaining();
            inflater.reset();
        }
    }

    private boolean endsInTail() {
        int remaining = inflater.getRemaining();
        return inflater.finished() && (remaining == 0 || remaining == LAST_BLOCK_BYTES);
    }

    /** Until the inflater has come to the end of its input, or of the deflate stream in it. */
    private void drain(ByteBuf message) throws DataFormatException, WebSocketFault {
        while (!inflater.finished()) {
            if (message.writerIndex() == message.maxCapacity()) {
                if (inflater.inflate(beyondLimit) > 0) {
                    throw WebSocketFault.TOO_BIG;
                }
                return;
            }
            message.ensureWritable(1);
            int written = inflater.inflate(message.nioBuffer(message.writerIndex(), message.writableBytes()));
            message.writerIndex(message.writerIndex() + written);
            if (message.isWritable()) {
                return;
            }
        }
    }

    /** Frees zlib's state; another message would take it anew. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
