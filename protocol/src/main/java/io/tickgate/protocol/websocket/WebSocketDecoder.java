package io.tickgate.protocol.websocket;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

import io.tickgate.protocol.message.Utf8;

/**
 * Takes WebSocket frames apart (RFC 6455 §5) and hands out whole messages, from input that may be cut at any byte. Owned by
 * the connection's thread; between messages it holds a few primitives, an {@link InflatedWindow} if agreed and no buffer, and
 * never more than one message of at most {@code maxMessageBytes}, as it came and inflated, and one control frame of 125 bytes.
 *
 * <p>All reserved bits must be 0, but RSV1 of a message's first frame if it may be deflated (RFC 7692 §6). After a close
 * frame, a fault or {@link #release()} it skips all input.
 *
 * <pre>
 *  FIN RSV1-3 opcode | MASK length 7 | length 16 or 64 | masking key 32 | payload
 *  FIRST             | SECOND        | LENGTH          | MASK           | PAYLOAD
 * </pre>
 */
public final class WebSocketDecoder {
    /** What the frames mean. Buffers are the decoder's, unmasked, and valid during the call only. */
    public interface Sink {
        /** A whole text message, well-formed UTF-8. */
        void onText(ByteBuf text);

        /** A whole binary message. */
        void onBinary(ByteBuf bytes);

        /** To be answered with a pong of the same payload, 0 to 125 bytes (§5.5.2). */
        void onPing(ByteBuf payload);

        void onPong(ByteBuf payload);

        /**
         * The peer closes; nothing comes after this.
         *
         * @param code as sent, {@link #NO_CLOSE_CODE} if none was
         * @param reason at most 123 bytes of UTF-8, empty if none
         */
        void onClose(int code, String reason);
    }

    /** Stands for an absent close code (§7.4.1). */
    public static final int NO_CLOSE_CODE = 1005;
    /**
     * A message may be cut into as many frames, so that empty ones can't go on for ever. The frame that ends it may be one more:
     * some clients send an empty one.
     */
    public static final int MAX_FRAGMENTS = 65_536;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int RSV1 = 0x40;
    private static final int OPCODE_BITS = 0x0f;
    private static final int MASK_BIT = 0x80;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MIN_ASSEMBLY_BYTES = 256;

    private static final byte FIRST = 0;
    private static final byte SECOND = 1;
    private static final byte LENGTH = 2;
    private static final byte MASK = 3;
    private static final byte PAYLOAD = 4;
    private static final byte CLOSED = 5;

    private final int maxMessageBytes;
    private final boolean peerMasks;
    /** The thread's; null if no message may be deflated. */
    private final MessageInflater inflater;
    /** Null if a message may not refer to earlier ones. */
    private final InflatedWindow window;

    // The frame at hand.
    private byte state = FIRST;
    private byte opcode;
    private boolean fin;
    /** Bytes of the length or of the key that are still to come. */
    private byte headerBytesLeft;
    private boolean length64;
    /** Of the payload; once that has begun, what is left of it. */
    private long length;
    /** The key, turned so that the next payload byte takes its highest byte. */
    private int mask;

    // The message at hand, which control frames may interrupt (§5.4).
    /** {@link Opcode#CONTINUATION} between messages. */
    private byte messageOpcode = Opcode.CONTINUATION;
    private boolean deflated;
    private int fragments;
    private int utf8State = Utf8.ACCEPT;
    private ByteBuf message;
    private ByteBuf control;

    private WebSocketDecoder(boolean peerMasks, int maxMessageBytes, MessageInflater inflater, InflatedWindow window) {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes);
        }
        this.peerMasks = peerMasks;
        this.maxMessageBytes = maxMessageBytes;
        this.inflater = inflater;
        this.window = window;
    }

    /** For a server: every frame must be masked. */
    public static WebSocketDecoder ofServer(int maxMessageBytes) {
        return new WebSocketDecoder(true, maxMessageBytes, null, null);
    }

    /**
     * For a server whose client may deflate messages.
     *
     * @param maxMessageBytes holds for a message as it comes, and for what it has inflated
     * @param inflater of the connection's thread, may be shared with other connections
     */
    public static WebSocketDecoder ofServer(int maxMessageBytes, PermessageDeflate agreed, MessageInflater inflater) {
        int windowBytes = agreed.clientWindowBytes();
        return new WebSocketDecoder(true, maxMessageBytes, inflater,
                windowBytes == 0 ? null : new InflatedWindow(windowBytes));
    }

    /** For a client: no frame may be masked. */
    public static WebSocketDecoder ofClient(int maxMessageBytes) {
        return new WebSocketDecoder(false, maxMessageBytes, null, null);
    }

    /**
     * Reads all of {@code in}, which it unmasks in place. The sink may call {@link #release()}, for instance by closing.
     *
     * @param in writable, of big-endian order; stays the caller's
     * @throws WebSocketFault at the first breach; what came before it has been handed out
     */
    public void decode(ByteBuf in, Sink sink) throws WebSocketFault {
        try {
            do {
                readHeader(in);
            } while (state == PAYLOAD && readPayload(in, sink));
        } catch (WebSocketFault fault) {
            release();
            throw fault;
        } finally {
            if (state == CLOSED) {
                in.skipBytes(in.readableBytes());
            }
        }
    }

    /** Frees what an incomplete message holds; input is skipped from now on. */
    public void release() {
        state = CLOSED;
        if (message != null) {
            message.release();
            message = null;
        }
        if (control != null) {
            control.release();
            control = null;
        }
    }

    /** To the end of the header or of the input. */
    private void readHeader(ByteBuf in) throws WebSocketFault {
        while (state < PAYLOAD && in.isReadable()) {
            int octet = in.readUnsignedByte();
            switch (state) {
                case FIRST -> readFirst(octet);
                case SECOND -> readSecond(octet);
                case LENGTH -> readLength(octet);
                default -> {
                    mask = mask << 8 | octet;
                    headerBytesLeft--;
                    if (headerBytesLeft == 0) {
                        state = PAYLOAD;
                    }
                }
            }
        }
    }

    private void readFirst(int octet) throws WebSocketFault {
        int reserved = octet & RESERVED_BITS;
        opcode = (byte) (octet & OPCODE_BITS);
        boolean mayBeDeflated = inflater != null && Opcode.startsMessage(opcode);
        if (reserved != 0 && !(reserved == RSV1 && mayBeDeflated)) {
            throw WebSocketFault.RESERVED_BITS;
        }
        fin = (octet & FIN) != 0;
        if (!Opcode.isKnown(opcode)) {
            throw WebSocketFault.RESERVED_OPCODE;
        }
        if (Opcode.isControl(opcode)) {
            if (!fin) {
                throw WebSocketFault.FRAGMENTED_CONTROL;
            }
        } else if (opcode == Opcode.CONTINUATION) {
            if (messageOpcode == Opcode.CONTINUATION) {
                throw WebSocketFault.NOTHING_TO_CONTINUE;
            }
            if (fragments == MAX_FRAGMENTS && !fin) {
                throw WebSocketFault.TOO_MANY_FRAGMENTS;
            }
            fragments++;
        } else if (messageOpcode != Opcode.CONTINUATION) {
            throw WebSocketFault.INTERLEAVED;
        } else {
            messageOpcode = opcode;
            deflated = reserved == RSV1;
            fragments = 1;
        }
        state = SECOND;
    }

    private void readSecond(int octet) throws WebSocketFault {
        if (((octet & MASK_BIT) != 0) != peerMasks) {
            throw peerMasks ? WebSocketFault.NOT_MASKED : WebSocketFault.MASKED;
        }
        int length7 = octet & ~MASK_BIT;
        if (Opcode.isControl(opcode) && length7 > MAX_CONTROL_BYTES) {
            throw WebSocketFault.LONG_CONTROL;
        }
        if (length7 < LENGTH_16) {
            length = length7;
            endLength();
        } else {
            length = 0;
            length64 = length7 == LENGTH_64;
            headerBytesLeft = (byte) (length64 ? Long.BYTES : Short.BYTES);
            state = LENGTH;
        }
    }

    private void readLength(int octet) throws WebSocketFault {
        length = length << 8 | octet;
        headerBytesLeft--;
        if (headerBytesLeft > 0) {
            return;
        }
        if (length < 0) {
            throw WebSocketFault.NEGATIVE_LENGTH;
        }
        if (length < (length64 ? 0x10000 : LENGTH_16)) {
            throw WebSocketFault.NOT_MINIMAL;
        }
        endLength();
    }

    private void endLength() throws WebSocketFault {
        int assembled = message == null ? 0 : message.readableBytes();
        if (!Opcode.isControl(opcode) && length > maxMessageBytes - assembled) {
            throw WebSocketFault.TOO_BIG;
        }
        mask = 0;
        headerBytesLeft = Integer.BYTES;
        state = peerMasks ? MASK : PAYLOAD;
    }

    /** False if more input is needed. */
    private boolean readPayload(ByteBuf in, Sink sink) throws WebSocketFault {
        int available = (int) Math.min(length, in.readableBytes());
        if (peerMasks) {
            mask = Masking.apply(mask, in, in.readerIndex(), available);
        }
        length -= available;
        boolean complete = length == 0;
        if (complete) {
            state = FIRST;
        }
        if (Opcode.isControl(opcode)) {
            readControl(in, available, complete, sink);
        } else {
            readData(in, available, complete, sink);
        }
        return complete;
    }

    private void readData(ByteBuf in, int available, boolean complete, Sink sink) throws WebSocketFault {
        if (messageOpcode == Opcode.TEXT && !deflated) {
            int from = in.readerIndex();
            utf8State = Utf8.advance(utf8State, in, from, from + available);
            if (utf8State == Utf8.REJECT || (complete && fin && utf8State != Utf8.ACCEPT)) {
                throw WebSocketFault.NOT_UTF8;
            }
        }
        boolean whole = complete && fin;
        if (whole && message == null) {
            endMessage(in.readSlice(available), sink);
            return;
        }
        if (available > 0) {
            if (message == null) {
                int initialBytes = Math.min(maxMessageBytes, Math.max(available, MIN_ASSEMBLY_BYTES));
                message = in.alloc().buffer(initialBytes, maxMessageBytes);
            }
            message.writeBytes(in, available);
        }
        if (whole) {
            ByteBuf assembled = message;
            message = null;
            try {
                endMessage(assembled, sink);
            } finally {
                assembled.release();
            }
        }
    }

    private void endMessage(ByteBuf payload, Sink sink) throws WebSocketFault {
        boolean text = messageOpcode == Opcode.TEXT;
        messageOpcode = Opcode.CONTINUATION;
        if (!deflated) {
            handOut(payload, text, sink);
            return;
        }
        ByteBuf inflated = inflater.inflate(payload, maxMessageBytes, window);
        try {
            if (text && !isUtf8(inflated)) {
                throw WebSocketFault.NOT_UTF8;
            }
            handOut(inflated, text, sink);
        } finally {
            inflated.release();
        }
    }

    private static void handOut(ByteBuf payload, boolean text, Sink sink) {
        if (text) {
            sink.onText(payload);
        } else {
            sink.onBinary(payload);
        }
    }

    private static boolean isUtf8(ByteBuf text) {
        return Utf8.advance(Utf8.ACCEPT, text, text.readerIndex(), text.writerIndex()) == Utf8.ACCEPT;
    }

    private void readControl(ByteBuf in, int available, boolean complete, Sink sink) throws WebSocketFault {
        if (complete && control == null) {
            endControl(in.readSlice(available), sink);
            return;
        }
        if (available > 0) {
            if (control == null) {
                control = in.alloc().buffer(MAX_CONTROL_BYTES, MAX_CONTROL_BYTES);
            }
            control.writeBytes(in, available);
        }
        if (complete) {
            ByteBuf assembled = control;
            control = null;
            try {
                endControl(assembled, sink);
            } finally {
                assembled.release();
            }
        }
    }

    private void endControl(ByteBuf payload, Sink sink) throws WebSocketFault {
        switch (opcode) {
            case Opcode.PING -> sink.onPing(payload);
            case Opcode.PONG -> sink.onPong(payload);
            default -> endClose(payload, sink);
        }
    }

    private void endClose(ByteBuf payload, Sink sink) throws WebSocketFault {
        int code = NO_CLOSE_CODE;
        String reason = "";
        if (payload.readableBytes() == 1) {
            throw WebSocketFault.BAD_CLOSE;
        }
        if (payload.isReadable()) {
            code = payload.readUnsignedShort();
            if (!mayBeSent(code)) {
                throw WebSocketFault.BAD_CLOSE_CODE;
            }
            if (!isUtf8(payload)) {
                throw WebSocketFault.NOT_UTF8;
            }
            reason = payload.toString(StandardCharsets.UTF_8);
        }
        release();
        sink.onClose(code, reason);
    }

    /** §7.4 and the IANA registry: 1004 to 1006 and 1015 are never sent, up to 2999 only the registered ones. */
    private static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
