package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.Run;

/**
 * Writes what a session gets in a turn piece by piece, as long as its connection takes them: what would only lie and grow old
 * before a full socket is not written at all. Owned by the shard.
 */
final class Pieces {
    /** Of one piece, unless a single update is larger; what the kernel holds unsent comes on top of it. */
    private static final int MOST_BYTES = 16 * 1024;

    private final int pieceBytes;
    private final Watermarks watermarks;
    /** Where the pieces of the run at hand end, the last one first. */
    private final List<Run> ends = new ArrayList<>();

    Pieces(Watermarks watermarks) {
        pieceBytes = Math.min(MOST_BYTES, watermarks.highBytes());
        this.watermarks = watermarks;
    }

    /** Whether a run is so long that it is written in pieces. */
    boolean areNeeded(Run run) {
        return run.length() > pieceBytes;
    }

    /**
     * Writes what was collected for a session.
     *
     * @return the beginning of the session's run that was written: all of it, if the connection took all but the last piece
     */
    Run write(Session session) {
        cut(session.run());
        Outlet outlet = session.outlet();
        ByteBuf bytes = session.runBytes();
        int start = bytes.readerIndex();
        Run written = ends.removeLast();
        outlet.write(bytes.slice(start, written.length()));
        while (!ends.isEmpty() && takesMore(outlet)) {
            Run next = ends.removeLast();
            outlet.write(bytes.slice(start + written.length(), next.length() - written.length()));
            written = next;
        }
        ends.clear();
        return written;
    }

    private void cut(Run run) {
        Run end = run;
        ends.add(end);
        for (Run update = run; update.updates() > 0; update = update.before()) {
            // The update begins where the one before it ends.
            if (end.length() - update.before().length() > pieceBytes && update != end) {
                end = update;
                ends.add(end);
            }
        }
    }

    /** Whether a connection has taken what was written, so that it may be given more in this turn. */
    boolean takesMore(Outlet outlet) {
        if (!outlet.isDelayed()) {
            outlet.flush();
        }
        return !watermarks.isTooMuch(outlet.pendingBytes(), outlet.isDelayed());
    }
}
