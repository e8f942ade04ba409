package io.tickgate.protocol.engineio;

/** The body of a polling response. Its bytes are the receiver's to keep, not to change. */
public final class EnginePayload {
    private final byte[] bytes;
    private final boolean isBinary;

    EnginePayload(byte[] bytes, boolean isBinary) {
        this.bytes = bytes;
        this.isBinary = isBinary;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Whether it is anything but text. */
    public boolean isBinary() {
        return isBinary;
    }
}
