package io.tickgate.protocol.websocket;

/** The opcodes of RFC 6455 §5.2. Those from 8 on are control frames; the rest of 0 to 15 is reserved. */
public final class Opcode {
    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xa;

    private Opcode() {}

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    /** Whether it's that of a message's first frame. */
    static boolean startsMessage(int opcode) {
        return opcode == TEXT || opcode == BINARY;
    }

    static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }
}
