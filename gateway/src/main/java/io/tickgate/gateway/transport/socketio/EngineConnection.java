package io.tickgate.gateway.transport.socketio;

import java.io.IOException;
import java.util.List;

import io.netty.buffer.ByteBuf;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.engineio.EngineIoFault;
import io.tickgate.protocol.engineio.EnginePacket;
import io.tickgate.protocol.engineio.Handshake;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.MalformedMessage;
import io.tickgate.protocol.socketio.SocketIoFault;
import io.tickgate.protocol.socketio.SocketPacket;

/**
 * One client's Engine.IO connection: its heartbeat, its namespaces, the link that carries it and the one it may move to.
 * Owned by its loop, whichever loops its requests come from; one session for each connected namespace, and what is pending is
 * bounded by the high watermark.
 */
final class EngineConnection {
    private static final byte[] PING = {'2'};

    private final String sid;
    private final EngineLoop loop;
    private final Shard shard;
    private final NamespaceSockets sockets;
    private final Deadline heartbeat = new Deadline(this::heartbeatDue);
    private final Deadline connect = new Deadline(() -> end(Disconnect.NORMAL));
    private final Upgrade upgrade;
    private Link link;
    private boolean awaitingPong;
    /** Binary messages that belong to the event before them. */
    private int attachmentsDue;
    private boolean ended;

    /**
     * @param identity whom the handshake's token names
     * @param meta whether the handshake asked for the second argument
     */
    EngineConnection(String sid, EngineLoop loop, Verdict identity, boolean meta) {
        this.sid = sid;
        this.loop = loop;
        this.shard = loop.shard();
        this.sockets = new NamespaceSockets(this, loop, identity, meta);
        this.upgrade = new Upgrade(this, loop);
    }

    String sid() {
        return sid;
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
        List<String> upgrades = isOnWebSocket() ? List.of() : List.of("websocket");
        link.write(new Handshake(sid, upgrades, loop.pingIntervalMs(), EngineLoop.PING_TIMEOUT_MS,
                loop.settings().socketIoMaxPayloadBytes()).toPacketText());
        link.flush();
        loop.awaitPing(heartbeat);
        loop.awaitConnect(connect);
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
            forget();
        } else if (isAwaited) {
            drained();
        }
    }

    /** The request that asked for packets is gone, and with it perhaps the packets. */
    void onPollAborted() {
        if (!isOnWebSocket()) {
            left();
        }
    }

    /** The client sends packets. */
    void onPayload(Reply reply, ByteBuf body) {
        if (isOnWebSocket()) {
            reply.send(Refusal.BAD_REQUEST);
            return;
        }
        try {
            for (EnginePacket packet : loop.payloads().decode(body)) {
                onPacket(packet);
            }
            reply.sendPackets(new byte[]{'o', 'k'});
        } catch (EngineIoFault malformed) {
            reply.send(Refusal.BAD_REQUEST);
            refuse();
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
        sockets.changeFormat();
        link.flush();
        if (isAwaited && link.pendingBytes() == 0) {
            drained();
        }
    }

    void onWebSocketDrained(WebSocketLink from) {
        if (from == link) {
            drained();
        }
    }

    /** What was pending has gone to the client. */
    private void drained() {
        sockets.drained();
    }

    // ---- packets

    private void onPacket(EnginePacket packet) {
        if (ended) {
            return;
        }
        switch (packet) {
            case EnginePacket.Message(ByteBuf text) -> onMessage(text);
            case EnginePacket.BinaryMessage _ -> onAttachment();
            case EnginePacket.Pong _ -> {
                awaitingPong = false;
                loop.awaitPing(heartbeat);
            }
            case EnginePacket.Close _ -> left();
            case EnginePacket.Noop _ -> {
                // Says nothing.
            }
            case EnginePacket.Ping _,EnginePacket.Open _,EnginePacket.Upgrade _ -> refuse();
        }
    }

    private void onAttachment() {
        // No event that is understood has any, so they are only counted.
        if (--attachmentsDue < 0) {
            refuse();
        }
    }

    private void onMessage(ByteBuf text) {
        if (attachmentsDue > 0) {
            refuse();
            return;
        }
        try {
            SocketPacket packet = loop.decoder().decode(text);
            if (packet instanceof SocketPacket.Connect connectPacket) {
                connect(connectPacket);
                return;
            }
            NamespaceSocket socket = sockets.in(packet.namespace());
            if (socket == null || !socket.isConnected()) {
                refuse();
            } else {
                onPacket(packet, socket);
            }
        } catch (SocketIoFault | MalformedMessage | IOException malformed) {
            refuse();
        }
    }

    private void onPacket(SocketPacket packet, NamespaceSocket socket) throws MalformedMessage {
        switch (packet) {
            case SocketPacket.Event event -> {
                attachmentsDue = event.attachments();
                socket.onEvent(event, loop.parser());
            }
            // Nothing is sent that asks for one.
            case SocketPacket.Ack ack -> attachmentsDue = ack.attachments();
            case SocketPacket.Disconnect _ -> {
                sockets.remove(socket);
                socket.left(false);
                awaitConnectIfAlone();
            }
            case SocketPacket.Connect _,SocketPacket.ConnectError _ -> refuse();
        }
    }

    private void awaitConnectIfAlone() {
        if (sockets.isEmpty()) {
            loop.awaitConnect(connect);
        }
    }

    // ---- namespaces

    private void connect(SocketPacket.Connect packet) throws IOException {
        if (!sockets.connect(packet)) {
            refuse();
        } else if (!sockets.isEmpty()) {
            loop.cancel(connect);
        }
    }

    /** Sends a packet that belongs to no session, within the same bound. */
    void say(byte[] packetText) {
        link.write(packetText);
        link.flush();
        if (link.pendingBytes() > 2L * shard.watermarks().highBytes()) {
            end(Disconnect.SLOW_CONSUMER);
        }
    }

    /** The shard has ended a session: whoever may come back loses the connection, others are told to stay away. */
    void onSessionEnded(NamespaceSocket socket, Disconnect reason) {
        if (ended) {
            return;
        }
        sockets.remove(socket);
        if (staysAway(reason)) {
            link.write(socket.namespace().disconnectPacket());
            if (!sockets.isEmpty()) {
                link.flush();
                return;
            }
        }
        end(reason);
    }

    /** Whether a client that is disconnected for this shall not come back by itself. */
    static boolean staysAway(Disconnect reason) {
        return switch (reason) {
            case TOKEN_EXPIRED, UNAUTHORIZED, FORBIDDEN -> true;
            default -> false;
        };
    }

    // ---- signs of life

    private void heartbeatDue() {
        if (ended) {
            forget();
        } else if (awaitingPong) {
            end(Disconnect.HEARTBEAT);
        } else {
            awaitingPong = true;
            loop.awaitPong(heartbeat);
            say(PING);
        }
    }

    // ---- the end

    /** The client broke the protocol. */
    private void refuse() {
        shard.metrics().increment(Counter.FRAMES_REFUSED);
        end(Disconnect.BAD_REQUEST);
    }

    /** Ends the connection and all its sessions on the gateway's side. */
    private void end(Disconnect reason) {
        if (ended) {
            return;
        }
        stop();
        sockets.disconnect(reason);
        if (link.close(reason) || !staysAway(reason)) {
            loop.forget(this);
        } else {
            // The client is to learn at its next request that it shall not come back.
            loop.awaitPong(heartbeat);
        }
    }

    /** The client is gone, or has said that it goes. */
    void left() {
        if (ended) {
            forget();
            return;
        }
        stop();
        sockets.left();
        link.left();
        loop.forget(this);
    }

    private void stop() {
        ended = true;
        upgrade.abandon();
        loop.cancel(heartbeat);
        loop.cancel(connect);
    }

    /** Nobody fetches what was left to tell. */
    private void forget() {
        loop.cancel(heartbeat);
        loop.forget(this);
    }
}
