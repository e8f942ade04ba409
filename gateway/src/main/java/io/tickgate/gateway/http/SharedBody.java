package io.tickgate.gateway.http;

import java.util.concurrent.atomic.AtomicReferenceArray;

import io.tickgate.protocol.compress.Coding;

/**
 * The body of many responses: compressed once for each coding, thoroughly, when it's first asked for. Immutable to see, any
 * loop; keeps what it compressed.
 */
public final class SharedBody {
    private final byte[] bytes;
    /** By coding. Two loops that ask at once may both compress; either result will do. */
    private final AtomicReferenceArray<byte[]> coded = new AtomicReferenceArray<>(Coding.values().length);

    /** @param bytes as they are, not to be changed any more */
    public SharedBody(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] in(Coding coding) {
        byte[] known = coded.get(coding.ordinal());
        if (known != null) {
            return known;
        }
        try (ResponseEncoder encoder = new ResponseEncoder(ResponseEncoder.Effort.THOROUGH)) {
            byte[] made = encoder.encode(bytes, coding);
            coded.set(coding.ordinal(), made);
            return made;
        }
    }
}
