package io.tickgate.gateway.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.netty.buffer.ByteBufAllocator;

/** All that one loop encodes: the turns of its formats, and the streams that connections share. Owned by the loop. */
public final class Encodings {
    private final Compressors compressors;
    private final int keyframeBlocks;
    private final ByteBufAllocator allocator;
    private final List<FormatTurn> turns = new ArrayList<>();
    private final Map<WireFormat, FormatTurns> byFormat = new HashMap<>();
    private final List<SharedStream> streams = new ArrayList<>();

    public Encodings(CompressionSettings settings, ByteBufAllocator allocator) {
        this.compressors = new Compressors(settings.compressionLevel());
        this.keyframeBlocks = settings.keyframeBlocks();
        this.allocator = allocator;
    }

    /** What is encoded in just this format; others may use its turn as lagging or plain. */
    public FormatTurn turn(WireFormat format) {
        for (FormatTurn turn : turns) {
            if (turn.format().equals(format)) {
                return turn;
            }
        }
        FormatTurn turn = new FormatTurn(format, compressors, allocator);
        turns.add(turn);
        return turn;
    }

    /** All turns of a format, the same for all connections that are written alike. */
    public FormatTurns turns(WireFormat format) {
        return byFormat.computeIfAbsent(format, added -> new FormatTurns(added, this::turn));
    }

    /** @param channels whose updates everybody gets who follows it */
    public SharedStream open(WireFormat format, Set<String> channels) {
        SharedStream stream = new SharedStream(format, channels, keyframeBlocks, compressors, allocator);
        streams.add(stream);
        return stream;
    }

    /** Nobody shares it any more; between turns. */
    public void close(SharedStream stream) {
        streams.remove(stream);
        stream.close();
    }

    /** Forgets the turn, and counts as delivered what was taken of it. */
    public void endTurn() {
        for (int i = 0; i < turns.size(); i++) {
            turns.get(i).end();
        }
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).endTurn();
        }
    }

    /** Gives the memory back; the loop is ending. */
    public void close() {
        turns.forEach(FormatTurn::close);
        turns.clear();
        byFormat.clear();
        streams.forEach(SharedStream::close);
        streams.clear();
        compressors.close();
    }
}
