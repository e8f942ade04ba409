package io.tickgate.gateway.transport.socketio;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.socketio.SocketPacket;

/**
 * {@code /socket.io/}: begins Engine.IO 4 connections and finds the one that a request belongs to. Any loop: a connection
 * stays on the loop of its handshake, whose number its sid tells; requests that land on another loop travel there, and their
 * answers back.
 */
public final class SocketIoTransport implements Endpoint {
    private static final String ENGINE_IO_VERSION = "4";
    private static final Response TOO_MANY = Response.error(ErrorCode.LIMIT, "too many Socket.IO connections")
            .header("retry-after", "2");
    private static final Response STOPPING = Response.error(ErrorCode.UNAVAILABLE, "the gateway is stopping");

    private final SocketIoSettings settings;
    private final WebSocketOptions webSocketOptions;
    private final RequestTokens tokens;
    private final List<EngineLoop> loops = new ArrayList<>();
    private final Map<EventLoop, EngineLoop> byEventLoop = new HashMap<>();

    /**
     * @param eventLoops all that requests can come from, in the hub's order
     * @param node names this gateway in offsets, without a hyphen
     */
    public SocketIoTransport(SocketIoSettings settings, Hub hub, RequestTokens tokens, List<EventLoop> eventLoops,
            String node, Clock clock) {
        this.settings = settings;
        webSocketOptions = new WebSocketOptions(null, settings.socketIoMaxPayloadBytes(), true);
        this.tokens = tokens;
        Offsets offsets = new Offsets(node);
        LeftSessions leftSessions = new LeftSessions(settings, clock);
        Map<String, Namespace> namespaces = new HashMap<>();
        namespaces.put(SocketPacket.MAIN_NAMESPACE, new Namespace(SocketPacket.MAIN_NAMESPACE, offsets));
        for (String name : settings.socketIoNamespaces()) {
            namespaces.put(name, new Namespace(name, offsets));
        }
        Map<String, Namespace> shared = Map.copyOf(namespaces);
        for (EventLoop eventLoop : eventLoops) {
            EngineLoop loop = new EngineLoop(loops.size(), eventLoop, hub, settings, shared, leftSessions,
                    clock);
            loops.add(loop);
            byEventLoop.put(eventLoop, loop);
        }
    }

    @Override
    public String[] methods() {
        return new String[]{"GET", "POST"};
    }

    @Override
    public int maxBodyBytes() {
        return settings.socketIoMaxPayloadBytes();
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        String transport = request.query("transport");
        if (!"polling".equals(transport) && !"websocket".equals(transport)) {
            exchange.respond(Refusal.UNKNOWN_TRANSPORT);
            return;
        }
        boolean webSocket = transport.equals("websocket");
        boolean matches = webSocket == exchange.isWebSocketUpgrade();
        String sid = request.query("sid");
        if (sid != null) {
            goOn(exchange, sid, webSocket, matches);
        } else if (!request.method().equals("GET")) {
            exchange.respond(Refusal.BAD_HANDSHAKE_METHOD);
        } else if (!matches) {
            exchange.respond(Refusal.BAD_REQUEST);
        } else if (!ENGINE_IO_VERSION.equals(request.query("EIO"))) {
            exchange.respond(Refusal.UNSUPPORTED_VERSION);
        } else {
            begin(exchange, request, webSocket);
        }
    }

    // ---- a new connection

    private void begin(Exchange exchange, Request request, boolean webSocket) {
        EngineLoop loop = byEventLoop.get(exchange.loop());
        if (loop.shard().isDraining()) {
            exchange.respond(STOPPING);
            return;
        }
        EngineConnection engine = loop.open(tokens.verify(request), "1".equals(request.query("meta")));
        if (engine == null) {
            exchange.respond(TOO_MANY);
        } else if (webSocket) {
            WebSocketLink link = new WebSocketLink(engine);
            link.opened(exchange.upgradeToWebSocket(webSocketOptions, link));
            engine.open(link);
        } else {
            PollingLink link = new PollingLink();
            link.offer(new Reply(exchange, loop));
            engine.open(link);
        }
    }

    // ---- a connection that is there

    private void goOn(Exchange exchange, String sid, boolean webSocket, boolean matches) {
        EngineLoop owner = owner(sid);
        if (owner == null) {
            exchange.respond(Refusal.UNKNOWN_SID);
        } else if (!matches) {
            exchange.respond(Refusal.BAD_REQUEST);
        } else if (webSocket) {
            move(exchange, sid, owner);
        } else if (exchange.request().method().equals("GET")) {
            poll(exchange, sid, owner);
        } else {
            post(exchange, sid, owner);
        }
    }

    /** The loop that a sid names, or null if it can't be one of ours. */
    private EngineLoop owner(String sid) {
        int digits = sid.length() - SessionIds.LENGTH;
        if (digits < 1 || digits > 2) {
            return null;
        }
        int index = 0;
        for (int i = SessionIds.LENGTH; i < sid.length(); i++) {
            int digit = sid.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            index = 10 * index + digit;
        }
        return index < loops.size() ? loops.get(index) : null;
    }

    private static void poll(Exchange exchange, String sid, EngineLoop owner) {
        Reply reply = new Reply(exchange, owner);
        exchange.onAbort(() -> on(owner, exchange, () -> {
            EngineConnection engine = owner.find(sid);
            if (engine != null) {
                engine.onPollAborted();
            }
        }));
        on(owner, exchange, () -> find(owner, sid, reply, engine -> engine.onPoll(reply)));
    }

    private static void post(Exchange exchange, String sid, EngineLoop owner) {
        Reply reply = new Reply(exchange, owner);
        // Another loop must not read the body, which may end with its request at any time.
        ByteBuf body = owner.isAt(exchange)
                ? exchange.body()
                : Unpooled.wrappedBuffer(ByteBufUtil.getBytes(exchange.body()));
        on(owner, exchange, () -> find(owner, sid, reply, engine -> engine.onPayload(reply, body)));
    }

    /** The connection of the WebSocket goes where the Engine.IO connection lives, so that its updates never change loops. */
    private void move(Exchange exchange, String sid, EngineLoop owner) {
        if (owner.isAt(exchange)) {
            upgrade(exchange, sid, owner);
        } else if (!exchange.moveTo(owner.loop(), () -> upgrade(exchange, sid, owner))) {
            exchange.respond(Refusal.BAD_REQUEST);
        }
    }

    private void upgrade(Exchange exchange, String sid, EngineLoop owner) {
        find(owner, sid, new Reply(exchange, owner), engine -> {
            WebSocketLink link = engine.beginUpgrade();
            if (link == null) {
                exchange.respond(Refusal.BAD_REQUEST);
            } else {
                link.opened(exchange.upgradeToWebSocket(webSocketOptions, link));
            }
        });
    }

    private static void find(EngineLoop owner, String sid, Reply reply, Consumer<EngineConnection> action) {
        EngineConnection engine = owner.find(sid);
        if (engine == null) {
            reply.send(Refusal.UNKNOWN_SID);
        } else {
            action.accept(engine);
        }
    }

    /** Does it on the owner's loop: at once if the request is there already. */
    private static void on(EngineLoop owner, Exchange exchange, Runnable action) {
        if (owner.isAt(exchange)) {
            action.run();
            return;
        }
        // If the owner's loop has ended before ours, the gateway stops, and closes the request's connection next.
        owner.tryExecute(action);
    }
}
