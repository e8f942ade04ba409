package io.tickgate.gateway.model;

import java.nio.charset.StandardCharsets;

/**
 * One life of a channel at this gateway: its name, its policy, and the epoch that names this life. Immutable; two topics of
 * the same channel are two lives, so identity is what counts.
 */
public final class Topic {
    private final String name;
    private final byte[] ascii;
    private final byte[] kindAscii;
    private final byte[] seqFieldAscii;
    private final byte[] conflationKeyAscii;
    private final Kind kind;
    private final String epoch;

    /**
     * @param name a valid channel name
     * @param epoch opaque, without a hyphen
     */
    public Topic(String name, Kind kind, String epoch) {
        this.name = name;
        this.ascii = name.getBytes(StandardCharsets.US_ASCII);
        this.kindAscii = kind.name().getBytes(StandardCharsets.US_ASCII);
        this.seqFieldAscii = asciiOrNull(kind.seqField());
        this.conflationKeyAscii = asciiOrNull(kind.conflationKey());
        this.kind = kind;
        this.epoch = epoch;
    }

    public String name() {
        return name;
    }

    /** The name's bytes, not to be changed. */
    public byte[] ascii() {
        return ascii;
    }

    /** The kind's name in bytes, not to be changed. */
    public byte[] kindAscii() {
        return kindAscii;
    }

    /** The kind's sequence field in bytes, not to be changed; null if it has none. */
    public byte[] seqFieldAscii() {
        return seqFieldAscii;
    }

    /** The kind's conflation key in bytes, not to be changed; null if it has none. */
    public byte[] conflationKeyAscii() {
        return conflationKeyAscii;
    }

    public Kind kind() {
        return kind;
    }

    public String epoch() {
        return epoch;
    }

    private static byte[] asciiOrNull(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return name + "@" + epoch;
    }
}
