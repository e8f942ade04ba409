package io.tickgate.gateway.model;

/**
 * One update at one position of its channel. Immutable, on the heap, shared by all loops and by the history.
 */
public final class Publication implements Entry {
    /** {@link #ageAtIngestNanos} where the publisher gave no usable time. */
    public static final long NO_AGE = Long.MIN_VALUE;

    /** The object, its array's header and the reference to it. */
    private static final int OVERHEAD_BYTES = 88;

    private final Topic topic;
    private final long seq;
    private final long number;
    private final byte[] payload;
    private final long ingestNanos;
    private final long ingestTimeMs;
    private final long ageAtIngestNanos;
    private final String conflationKey;

    /**
     * @param seq the channel's own counter
     * @param number the node-wide counter of publications
     * @param payload one JSON value without raw line breaks between its tokens, not to be changed any more
     * @param ingestNanos when it was taken in, by {@link System#nanoTime()}
     * @param ingestTimeMs the same instant in milliseconds since 1970
     * @param ageAtIngestNanos how long before that the publisher says it was published, or {@link #NO_AGE}
     * @param conflationKey what of the channel it is the newest value of, or null for all of it
     */
    public Publication(Topic topic, long seq, long number, byte[] payload, long ingestNanos, long ingestTimeMs,
            long ageAtIngestNanos, String conflationKey) {
        this.topic = topic;
        this.seq = seq;
        this.number = number;
        this.payload = payload;
        this.ingestNanos = ingestNanos;
        this.ingestTimeMs = ingestTimeMs;
        this.ageAtIngestNanos = ageAtIngestNanos;
        this.conflationKey = conflationKey;
    }

    /** A publication on a channel without conflation keys. */
    public Publication(Topic topic, long seq, long number, byte[] payload, long ingestNanos, long ingestTimeMs,
            long ageAtIngestNanos) {
        this(topic, seq, number, payload, ingestNanos, ingestTimeMs, ageAtIngestNanos, null);
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public long from() {
        return seq;
    }

    @Override
    public long seq() {
        return seq;
    }

    /** The node-wide number, the {@code n} of an SSE id. */
    @Override
    public long number() {
        return number;
    }

    /** The JSON text, not to be changed. */
    public byte[] payload() {
        return payload;
    }

    /** {@link System#nanoTime()} at ingest. */
    @Override
    public long ingestNanos() {
        return ingestNanos;
    }

    /** Milliseconds since 1970 at ingest. */
    public long ingestTimeMs() {
        return ingestTimeMs;
    }

    public long ageAtIngestNanos() {
        return ageAtIngestNanos;
    }

    /** What of the channel it is the newest value of, or null for all of it. */
    public String conflationKey() {
        return conflationKey;
    }

    @Override
    public int weightBytes() {
        return payload.length + OVERHEAD_BYTES;
    }
}
