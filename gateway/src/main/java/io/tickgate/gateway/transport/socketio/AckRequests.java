package io.tickgate.gateway.transport.socketio;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.protocol.socketio.SocketPacket;

/**
 * The acknowledgements that one client has been asked for in one namespace. Owned by the connection's loop; at most
 * {@link #MAX_OPEN} are waited for, the first asked for is forgotten first.
 */
final class AckRequests {
    static final int MAX_OPEN = 100;

    private final LoopMetrics metrics;
    private final SequencedMap<Long, Answered> open = new LinkedHashMap<>();
    private long nextId;

    /** Gets an answer. */
    interface Answered {
        void by(SocketPacket.Ack ack, List<byte[]> attachments);
    }

    AckRequests(LoopMetrics metrics) {
        this.metrics = metrics;
    }

    /** Begins to wait. @return the id that the event is to carry */
    long add(Answered onAnswer) {
        if (open.size() == MAX_OPEN) {
            open.pollFirstEntry();
            metrics.increment(Counter.ACKS_FORGOTTEN);
        }
        long id = nextId++;
        open.putLast(id, onAnswer);
        return id;
    }

    /** The client has answered; what nobody waits for is ignored, as by the reference server. */
    void onAck(SocketPacket.Ack ack, List<byte[]> attachments) {
        Answered onAnswer = open.remove(ack.ackId());
        if (onAnswer != null) {
            onAnswer.by(ack, attachments);
        }
    }
}
