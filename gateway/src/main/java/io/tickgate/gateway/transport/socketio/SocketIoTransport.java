package io.tickgate.gateway.transport.socketio;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.http.DismissedWebSocket;
import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.WebSocketOptions;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.socketio.SocketPacket;

/**
 * {@code /socket.io/}, or any other path of Engine.IO: begins connections and finds the one that a request belongs to. Any loop: a
 * connection stays on the loop of its handshake, whose number its sid tells; requests that land on another loop travel there, and
 * their answers back.
 */
public final class SocketIoTransport implements Endpoint {
    private static final Response TOO_MANY = Response.error(ErrorCode.LIMIT, "too many Socket.IO connections")
            .header("retry-after", "2");
    private static final Response STOPPING = Response.error(ErrorCode.UNAVAILABLE, "the gateway is stopping");

    private final int maxPayloadBytes;
    private final WebSocketOptions webSocketOptions;
    private final List<EngineLoop> loops = new ArrayList<>();
    private final Map<EventLoop, EngineLoop> byEventLoop = new HashMap<>();

    /**
     * Serves the hub's channels.
     *
     * @param eventLoops all that requests can come from, in the hub's order
     * @param node names this gateway in offsets, without a hyphen
     */
    public SocketIoTransport(SocketIoSettings settings, Hub hub, RequestTokens tokens, List<EventLoop> eventLoops,
            String node, Clock clock) {
        this(EngineLimits.of(settings, hub.settings().heartbeatMs()), true, hub, eventLoops, clock,
                channels(settings, hub, tokens, node, clock));
    }

    private SocketIoTransport(EngineLimits limits, boolean deflate, Hub hub, List<EventLoop> eventLoops, Clock clock,
            Function<EngineLoop, EngineApplication> application) {
        maxPayloadBytes = limits.maxPayloadBytes();
        webSocketOptions = new WebSocketOptions(null, maxPayloadBytes, deflate);
        for (EventLoop eventLoop : eventLoops) {
            EngineLoop loop = new EngineLoop(loops.size(), eventLoop, hub.shard(eventLoop), limits, clock, application);
            loops.add(loop);
            byEventLoop.put(eventLoop, loop);
        }
    }

    private static Function<EngineLoop, EngineApplication> channels(SocketIoSettings settings, Hub hub,
            RequestTokens tokens, String node, Clock clock) {
        Offsets offsets = new Offsets(node);
        LeftSessions leftSessions = new LeftSessions(settings, clock);
        Map<String, Namespace> namespaces = new HashMap<>();
        namespaces.put(SocketPacket.MAIN_NAMESPACE, new Namespace(SocketPacket.MAIN_NAMESPACE, offsets));
        for (String name : settings.socketIoNamespaces()) {
            namespaces.put(name, new Namespace(name, offsets));
        }
        Map<String, Namespace> shared = Map.copyOf(namespaces);
        return loop -> new SocketIo(loop,
                new ChannelService(loop, hub, tokens, shared, leftSessions, settings.socketIoRecovery()));
    }

    // ---- for public test suites; uncompressed as by the reference server, since they reckon with frames that leave at once

    /** Serves Socket.IO that gives back what it gets, to anybody. */
    public static SocketIoTransport echoingEvents(EngineLimits limits, Hub hub, List<EventLoop> eventLoops,
            Clock clock) {
        return new SocketIoTransport(limits, false, hub, eventLoops, clock,
                loop -> new SocketIo(loop, new EchoService(loop)));
    }

    /** Serves Engine.IO that gives back what it gets, to anybody. */
    public static SocketIoTransport echoingMessages(EngineLimits limits, Hub hub, List<EventLoop> eventLoops,
            Clock clock) {
        return new SocketIoTransport(limits, false, hub, eventLoops, clock,
                _ -> (connection, _) -> new MessageEcho(connection));
    }

    // ---- requests

    /** Whatever is none of the first two is refused in the protocol's own words. */
    @Override
    public String[] methods() {
        return new String[]{"GET", "POST", "PUT", "PATCH", "DELETE"};
    }

    @Override
    public int maxBodyBytes() {
        return maxPayloadBytes;
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
        } else {
            begin(exchange, request, webSocket);
        }
    }

    // ---- a new connection

    private void begin(Exchange exchange, Request request, boolean webSocket) {
        EngineLoop loop = byEventLoop.get(exchange.loop());
        Generation generation = loop.generation(request.query("EIO"));
        if (generation == null) {
            exchange.respond(Refusal.UNSUPPORTED_VERSION);
            return;
        }
        if (loop.shard().isDraining()) {
            exchange.respond(STOPPING);
            return;
        }
        EngineConnection engine = loop.open(generation, request);
        if (engine == null) {
            exchange.respond(TOO_MANY);
        } else if (webSocket) {
            WebSocketLink link = new WebSocketLink(engine);
            link.opened(exchange.upgradeToWebSocket(webSocketOptions, link));
            engine.open(link);
        } else {
            PollingLink link = new PollingLink(engine);
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
        } else {
            switch (exchange.request().method()) {
                case "GET" -> poll(exchange, sid, owner);
                case "POST" -> post(exchange, sid, owner);
                default -> exchange.respond(Refusal.BAD_REQUEST);
            }
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
        EngineConnection.Body kind = kindOfBody(exchange.request());
        on(owner, exchange, () -> find(owner, sid, reply, engine -> engine.onPayload(reply, body, kind)));
    }

    private static EngineConnection.Body kindOfBody(Request request) {
        if (request.query("j") != null) {
            return EngineConnection.Body.FORM;
        }
        boolean isBytes = "application/octet-stream".equals(request.header("content-type"));
        return isBytes ? EngineConnection.Body.BYTES : EngineConnection.Body.TEXT;
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
                // As the reference server does.
                DismissedWebSocket.dismiss(exchange, webSocketOptions, Disconnect.NORMAL);
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
