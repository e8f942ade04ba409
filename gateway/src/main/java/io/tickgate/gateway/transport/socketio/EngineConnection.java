package io.tickgate.gateway.transport.socketio;

import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.engineio.EngineIoFault;
import io.tickgate.protocol.engineio.EnginePacket;
import io.tickgate.protocol.engineio.EngineProtocol;
import io.tickgate.protocol.engineio.Handshake;
import io.tickgate.protocol.engineio.Jsonp;
import io.tickgate.protocol.message.Disconnect;

/**
 * One client's Engine.IO connection: its heartbeat, the link that carries it and the one it may move to. Owned by its loop,
 * whichever loops its requests come from; what is pending is bounded by the high watermark, or the largest payload if that is
 * more.
 */
final class EngineConnection {
    private static final byte[] OK = {'o', 'k'};

    private final String sid;
    private final EngineLoop loop;
    private final Generation generation;
    private final boolean takesBinary;
    private final Heartbeat heartbeat;
    private final Upgrade upgrade;
    /** For the last packets of a connection that has ended. */
    private final Deadline fetch = new Deadline(this::forget);
    private EngineListener listener;
    private Link link;
    private boolean ended;
    private boolean refused;

    /** How the body of a request came. */
    enum Body {
        TEXT, BYTES, FORM
    }

    /** @param takesBinary whether the client can be sent bytes rather than base64 */
    EngineConnection(String sid, EngineLoop loop, Generation generation, boolean takesBinary) {
        this.sid = sid;
        this.loop = loop;
        this.generation = generation;
        this.takesBinary = takesBinary;
        this.upgrade = new Upgrade(this, loop);
        this.heartbeat = generation.clientBeats()
                ? new Heartbeat.OfClient(this, loop)
                : new Heartbeat.OfGateway(this, loop);
    }

    /** Says whom it tells what the client sends; once, before it is opened. */
    void listen(EngineListener listening) {
        listener = listening;
    }

    String sid() {
        return sid;
    }

    Generation generation() {
        return generation;
    }

    EngineProtocol protocol() {
        return generation.engine();
    }

    boolean takesBinary() {
        return takesBinary;
    }

    Link link() {
        return link;
    }

    boolean isOnWebSocket() {
        return link instanceof WebSocketLink;
    }

    /** Says hello over the first link. */
    void open(Link first) {
        link = first;
        EngineLimits limits = loop.limits();
        List<String> upgrades = isOnWebSocket() ? List.of() : List.of("websocket");
        link.write(new Handshake(sid, upgrades, limits.pingIntervalMs(), limits.pingTimeoutMs(),
                limits.maxPayloadBytes()).toPacketText());
        heartbeat.start();
        listener.onOpen();
        link.flush();
    }

    // ---- polling

    /** The client asks for packets. */
    void onPoll(Reply reply) {
        if (!(link instanceof PollingLink polling)) {
            reply.send(Refusal.BAD_REQUEST);
            return;
        }
        boolean isAwaited = polling.pendingBytes() > 0;
        if (!polling.offer(reply)) {
            reply.send(Refusal.BAD_REQUEST);
            refuse();
        } else if (ended) {
            forgetOnceTold();
        } else if (isAwaited) {
            listener.onDrained();
        }
    }

    /** The request that asked for packets is gone, and with it perhaps the packets. */
    void onPollAborted() {
        if (!isOnWebSocket()) {
            left();
        }
    }

    /** The client sends packets. */
    void onPayload(Reply reply, ByteBuf body, Body kind) {
        if (isOnWebSocket()) {
            reply.send(Refusal.BAD_REQUEST);
            return;
        }
        try {
            ByteBuf payload = kind == Body.FORM ? Jsonp.payloadIn(body) : body;
            for (EnginePacket packet : protocol().decodePayload(payload, kind == Body.BYTES)) {
                onPacket(packet);
            }
        } catch (EngineIoFault malformed) {
            refuse();
        }
        if (refused) {
            reply.send(Refusal.BAD_REQUEST);
        } else {
            reply.accept(OK);
        }
    }

    // ---- WebSocket, and moving to it

    /** Prepares for a WebSocket that names this connection. @return null if it can't move to one now */
    WebSocketLink beginUpgrade() {
        return !ended && link instanceof PollingLink polling ? upgrade.begin(polling) : null;
    }

    void onWebSocketPacket(WebSocketLink from, EnginePacket packet) {
        if (from == link) {
            onPacket(packet);
        } else if (upgrade.isTo(from)) {
            upgrade.onPacket(packet);
        }
    }

    void onWebSocketFault(WebSocketLink from) {
        if (from == link) {
            refuse();
        } else if (upgrade.isTo(from)) {
            upgrade.refuse();
        }
    }

    void onWebSocketClosed(WebSocketLink from) {
        if (from == link) {
            left();
        } else if (upgrade.isTo(from)) {
            upgrade.forget();
        }
    }

    /** The client has had its last answer by polling: what came since goes first. */
    void moveTo(WebSocketLink next) {
        PollingLink polling = (PollingLink) link;
        link = next;
        boolean isAwaited = polling.pendingBytes() > 0;
        polling.moveTo(next);
        listener.onMoved();
        link.flush();
        if (isAwaited && link.pendingBytes() == 0) {
            listener.onDrained();
        }
    }

    void onWebSocketDrained(WebSocketLink from) {
        if (from == link) {
            listener.onDrained();
        }
    }

    // ---- packets

    private void onPacket(EnginePacket packet) {
        if (ended) {
            return;
        }
        heartbeat.onPacket();
        boolean fits = switch (packet) {
            case EnginePacket.Message(ByteBuf text) -> {
                listener.onText(text);
                yield true;
            }
            case EnginePacket.BinaryMessage(ByteBuf bytes) -> {
                listener.onBinary(bytes);
                yield true;
            }
            case EnginePacket.Ping(ByteBuf data) -> heartbeat.onPing(data);
            case EnginePacket.Pong _ -> heartbeat.onPong();
            case EnginePacket.Close _ -> {
                left();
                yield true;
            }
            case EnginePacket.Noop _ -> true;
            case EnginePacket.Open _,EnginePacket.Upgrade _ -> false;
        };
        if (!fits) {
            refuse();
        }
    }

    /** Sends a packet that belongs to no session, within the same bound. */
    void say(byte[] packetText) {
        link.write(packetText);
        flush();
    }

    /** Sends what was written to the link, unless the client has left too much. */
    void flush() {
        link.flush();
        int bound = Math.max(loop.shard().watermarks().highBytes(), loop.limits().maxPayloadBytes());
        if (link.pendingBytes() > 2L * bound) {
            end(Disconnect.SLOW_CONSUMER);
        }
    }

    // ---- the end

    /** Whether a client that is disconnected for this shall not come back by itself. */
    static boolean staysAway(Disconnect reason) {
        return switch (reason) {
            case TOKEN_EXPIRED, UNAUTHORIZED, FORBIDDEN -> true;
            default -> false;
        };
    }

    /** The client broke the protocol. */
    void refuse() {
        if (!ended) {
            refused = true;
            loop.shard().metrics().increment(Counter.FRAMES_REFUSED);
            end(Disconnect.BAD_REQUEST);
        }
    }

    /** Ends the connection and all that it carries on the gateway's side. */
    void end(Disconnect reason) {
        if (ended) {
            return;
        }
        stop();
        listener.onEnd(reason);
        if (link.close(reason) || !staysAway(reason)) {
            loop.forget(this);
        } else {
            // The client is to learn at its next request that it shall not come back.
            loop.awaitFetch(fetch);
        }
    }

    /** The client is gone, or has said that it goes. */
    void left() {
        if (ended) {
            forget();
            return;
        }
        stop();
        listener.onLeft();
        if (link.left()) {
            loop.forget(this);
        } else {
            loop.awaitFetch(fetch);
        }
    }

    private void stop() {
        ended = true;
        upgrade.abandon();
        heartbeat.stop();
    }

    private void forgetOnceTold() {
        if (link.pendingBytes() == 0) {
            forget();
        }
    }

    /** Nobody fetches what was left to tell. */
    private void forget() {
        loop.cancel(fetch);
        loop.forget(this);
    }
}
