package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Publication;
import io.tickgate.protocol.compress.ContentSum;

/**
 * How far one connection has got in a shared stream. It follows the stream as long as each thing that it is to get is the very
 * block behind those that it has got: whatever else comes, it leaves, and may join again at a keyframe. So what it decodes
 * can't go wrong, whoever appends what to the stream. Owned by the connection's loop.
 */
public final class StreamCursor {
    private final SharedStream stream;
    /** Where it stands; null while it does not follow. */
    private KeyframePeriod period;
    /** The block that it has not got yet. */
    private int next;
    /** Whether it came into the period from the one before. */
    private boolean hasPart;

    public StreamCursor(SharedStream stream) {
        this.stream = stream;
    }

    /** Whether blocks that it has got are referred to by those that follow. */
    public boolean isFollowing() {
        return period != null;
    }

    /** It gets something else now. */
    public void leave() {
        period = null;
    }

    /**
     * Where a publication is to be taken from, if the connection gets it now.
     *
     * @param lagging whether it is to be written as for who is not in step
     * @return null if not from this stream
     */
    public RunSource find(Publication publication, boolean lagging) {
        if (period == null) {
            return findKeyframe(publication, lagging);
        }
        if (period != stream.current() && period != stream.previous()) {
            return null;
        }
        if (next < period.size()) {
            return period.holds(next, publication, lagging) ? period : null;
        }
        if (period == stream.current()) {
            return stream.tryAppend(publication, lagging) ? period : stream.tryBegin(publication, lagging);
        }
        return stream.current().holds(0, publication, lagging) ? stream.current() : null;
    }

    private KeyframePeriod findKeyframe(Publication publication, boolean lagging) {
        KeyframePeriod current = stream.current();
        boolean isBegun = current != null && current.holds(0, publication, lagging);
        return isBegun ? current : stream.tryJoin(publication, lagging);
    }

    /**
     * Takes the publication that was found.
     *
     * @param where as {@link #find} said
     * @param before what the connection got in this turn from there already, null for nothing
     */
    public Run take(RunSource where, Run before, Tally tally) {
        if (period != where) {
            hasPart = period != null;
            period = (KeyframePeriod) where;
            next = 0;
        }
        return period.append(before, next++, hasPart, tally);
    }

    /** The last blocks that it took are not written: they will come later or never. */
    public void giveBack(int blocks) {
        next -= blocks;
    }

    /** Takes a node-wide number up to which the connection has everything, if it is found next. @return the number told, or -1 */
    public long takeMark(long number) {
        if (period == null || (period != stream.current() && period != stream.previous())) {
            return -1;
        }
        boolean isAtEnd = next == period.size();
        if (isAtEnd && (period != stream.current() || !stream.tryAppendMark(number))) {
            return -1;
        }
        // Of several that are served one after the other the first has had it told: what holds for it holds for the others.
        long told = period.mark(next);
        if (told < 0 || told > number) {
            return -1;
        }
        next++;
        return told;
    }

    /** The bytes of the mark that was taken last. */
    public ByteBuf markBytes() {
        return period.markBytes(next - 1);
    }

    /** The sum of its content; null unless the framing asks for it. */
    public ContentSum markSum() {
        return period.sum(next - 1);
    }
}
