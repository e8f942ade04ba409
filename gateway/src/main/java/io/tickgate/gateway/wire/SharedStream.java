package io.tickgate.gateway.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import io.tickgate.gateway.model.Publication;

/**
 * One compressor for connections that get the same: a sequence of blocks of which each refers to those before it, back to the
 * last keyframe. The first connection that gets an update has it compressed, the others find it where they stand. Owned by its
 * loop; keeps the blocks since the keyframe before the last.
 */
public final class SharedStream {
    /** Of a period's buffer, unless a single block needs more; who takes one slowly may hold it for a while. */
    private static final int LEAST_BYTES = 8 * 1024;
    private static final int MOST_BYTES = 64 * 1024;
    /** What a block may have besides its payload, roughly. */
    private static final int ENVELOPE_BYTES = 512;

    private final WireFormat format;
    private final Set<String> channels;
    private final int keyframeBlocks;
    private final ByteBufAllocator allocator;
    private final BlockEncoder encoder;
    private KeyframePeriod previous;
    private KeyframePeriod current;
    /** Older ones, of which something may still be written in this turn. */
    private final List<KeyframePeriod> retired = new ArrayList<>();
    private boolean isAged;
    /** Of the publications in it; node-wide ones. */
    private long highestNumber;

    /**
     * @param channels whose updates everybody gets who follows it
     * @param keyframeBlocks after so many blocks is a keyframe
     */
    public SharedStream(WireFormat format, Set<String> channels, int keyframeBlocks, Compressors compressors,
            ByteBufAllocator allocator) {
        this.format = format;
        this.channels = channels;
        this.keyframeBlocks = keyframeBlocks;
        this.allocator = allocator;
        this.encoder = new BlockEncoder(format.framing(), compressors.continuous(format.framing().coding()));
    }

    KeyframePeriod current() {
        return current;
    }

    KeyframePeriod previous() {
        return previous;
    }

    /** Adds a publication behind all others. @return false if that takes a new period, or it is not of this stream */
    boolean tryAppend(Publication publication, boolean lagging) {
        if (!isOfStream(publication)) {
            return false;
        }
        encode(publication, lagging);
        if (isDue(encoder.maxBytes())) {
            return false;
        }
        append(publication, lagging);
        return true;
    }

    /** Begins a period with a publication that can't be appended. @return null if it is not of this stream */
    KeyframePeriod tryBegin(Publication publication, boolean lagging) {
        if (!isOfStream(publication)) {
            return null;
        }
        encode(publication, lagging);
        begin();
        append(publication, lagging);
        return current;
    }

    /**
     * Begins a period with a publication for somebody who waits for a keyframe.
     *
     * @return null if it is not time for one, or others have got this or a later one already: they could not go on with it
     */
    KeyframePeriod tryJoin(Publication publication, boolean lagging) {
        boolean isNew = publication.number() > highestNumber;
        boolean isTime = current == null || isDue(publication.payload().length + ENVELOPE_BYTES);
        return isNew && isTime ? tryBegin(publication, lagging) : null;
    }

    private boolean isOfStream(Publication publication) {
        return channels.contains(publication.topic().name());
    }

    private void encode(Publication publication, boolean lagging) {
        (lagging ? format.lagging() : format).encodeUpdate(publication, encoder.begin());
    }

    private void append(Publication publication, boolean lagging) {
        current.append(publication, lagging, encoder);
        highestNumber = Math.max(highestNumber, publication.number());
    }

    /** Tells a node-wide number behind everything else. @return false if that takes a new period */
    boolean tryAppendMark(long number) {
        format.encodeMark(number, encoder.begin());
        if (isDue(encoder.maxBytes())) {
            return false;
        }
        current.appendMark(number, encoder);
        return true;
    }

    private boolean isDue(int blockBytes) {
        return isAged || !current.hasRoomFor(blockBytes);
    }

    private void begin() {
        int expected = current == null ? LEAST_BYTES : 2 * current.bytes();
        int bytes = Math.max(Math.clamp(expected, LEAST_BYTES, MOST_BYTES),
                encoder.maxBytes() + Framing.MAX_OVERHEAD_BYTES);
        KeyframePeriod next = new KeyframePeriod(allocator, bytes, keyframeBlocks);
        ByteBuf scratch = Unpooled.buffer(Framing.MAX_OVERHEAD_BYTES);
        next.writeBreak(format.framing(), scratch);
        encoder.restart();
        if (previous != null) {
            retired.add(previous);
        }
        previous = current;
        current = next;
        isAged = false;
    }

    /** Every so often: has the next block be a keyframe. */
    public void age() {
        isAged = true;
    }

    /** Forgets the turn, as {@link FormatTurn#end} does. */
    public void endTurn() {
        if (current != null) {
            current.endTurn();
        }
        if (previous != null) {
            previous.endTurn();
        }
        releaseRetired();
    }

    private void releaseRetired() {
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).release();
        }
        retired.clear();
    }

    /** Gives the memory back; nobody follows it any more. Between turns. */
    public void close() {
        releaseRetired();
        if (current != null) {
            current.release();
        }
        if (previous != null) {
            previous.release();
        }
        current = null;
        previous = null;
        encoder.close();
    }
}
