package io.tickgate.gateway.transport.socketio;

import java.nio.charset.StandardCharsets;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.engineio.EnginePacket;
import io.tickgate.protocol.message.Disconnect;

/**
 * A client's move from polling to WebSocket: its probe is answered, the request it still waits for is released, and with its
 * upgrade packet it has moved. Owned by the connection's loop; one attempt at a time, which ends after
 * {@link EngineLoop#UPGRADE_TIMEOUT_MS} and leaves the client where it was.
 */
final class Upgrade {
    private static final byte[] PROBE_ANSWER = "3probe".getBytes(StandardCharsets.US_ASCII);

    private final EngineConnection engine;
    private final EngineLoop loop;
    private final Deadline deadline = new Deadline(this::abandon);
    private PollingLink polling;
    private WebSocketLink candidate;
    private boolean probed;

    Upgrade(EngineConnection engine, EngineLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    /** @return the WebSocket to move to, null if the client tries another already */
    WebSocketLink begin(PollingLink from) {
        if (candidate != null) {
            return null;
        }
        polling = from;
        candidate = new WebSocketLink(engine);
        probed = false;
        loop.awaitUpgrade(deadline);
        return candidate;
    }

    boolean isTo(WebSocketLink link) {
        return link == candidate;
    }

    void onPacket(EnginePacket packet) {
        switch (packet) {
            case EnginePacket.Ping ping when ping.isProbe() -> {
                probed = true;
                candidate.write(PROBE_ANSWER);
                candidate.flush();
                polling.stopHolding();
            }
            case EnginePacket.Upgrade _ when probed -> {
                WebSocketLink next = candidate;
                forget();
                engine.moveTo(next);
            }
            default -> refuse();
        }
    }

    void refuse() {
        loop.shard().metrics().increment(Counter.FRAMES_REFUSED);
        abandon();
    }

    /** Closes the WebSocket of an attempt, if there is one. */
    void abandon() {
        WebSocketLink abandoned = candidate;
        if (abandoned != null) {
            forget();
            abandoned.close(Disconnect.NORMAL);
        }
    }

    /** The attempt is over, whatever became of it. */
    void forget() {
        candidate = null;
        loop.cancel(deadline);
        polling.resumeHolding();
    }
}
