package io.tickgate.gateway.transport.socketio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Request;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.hub.Hub;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.message.CommandParser;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.socketio.JsonText;

/** The hub's channels in Socket.IO namespaces: each stay in one is a session. Owned by one loop. */
final class ChannelService implements SocketIoService {
    private static final Verdict ANONYMOUS = new Verdict.Accepted(Principal.ANONYMOUS);

    private final EngineLoop loop;
    private final Map<String, Namespace> namespaces;
    private final LeftSessions leftSessions;
    private final boolean recoversAll;
    private final RequestTokens tokens;
    private final Authenticator authenticator;
    private final CommandParser parser;

    /**
     * @param namespaces by name, shared by all loops
     * @param leftSessions shared by all loops
     * @param recoversAll whether sessions can be recovered whose clients don't ask for it
     */
    ChannelService(EngineLoop loop, Hub hub, RequestTokens tokens, Map<String, Namespace> namespaces,
            LeftSessions leftSessions, boolean recoversAll) {
        this.loop = loop;
        this.namespaces = namespaces;
        this.leftSessions = leftSessions;
        this.recoversAll = recoversAll;
        this.tokens = tokens;
        this.authenticator = hub.rights().authenticator();
        this.parser = new CommandParser(hub.settings().maxChannelsPerCommand());
    }

    @Override
    public Admission begin(SocketIoConnection connection, Request handshake) {
        Verdict identity = identity(handshake);
        boolean meta = "1".equals(handshake.query("meta"));
        return (namespace, auth) -> admit(connection, identity, meta, namespace, auth);
    }

    /**
     * Whom the handshake's token names, for namespaces that are entered without one. A script element sends cookies from any page
     * without saying which, so that they count for nothing there.
     */
    private Verdict identity(Request handshake) {
        boolean isCookieAtMost = handshake.query("token") == null && RequestTokens.bearer(handshake) == null;
        return handshake.query("j") != null && isCookieAtMost ? ANONYMOUS : tokens.verify(handshake);
    }

    private boolean admit(SocketIoConnection connection, Verdict identity, boolean meta, String name, JsonText object)
            throws IOException {
        Namespace namespace = namespaces.get(name);
        if (namespace == null) {
            return false;
        }
        ConnectAuth auth = ConnectAuth.read(object);
        switch (auth.token() == null ? identity : authenticator.verify(auth.token())) {
            case Verdict.Accepted(Principal principal) -> {
                SessionSocket socket = new SessionSocket(connection, loop, this, namespace, meta || auth.meta());
                connection.enter(socket);
                socket.open(principal, auth);
            }
            case Verdict.Rejected(ErrorCode code, String _) -> {
                loop.shard().metrics().increment(Counter.TOKENS_REFUSED);
                byte[] data = ("{\"code\":\"" + code.word() + "\"}").getBytes(StandardCharsets.US_ASCII);
                connection.engine().say(connection.protocol().connectError(name, code.word(), data));
            }
        }
        return true;
    }

    @Override
    public boolean tick() {
        return leftSessions.expire();
    }

    LeftSessions leftSessions() {
        return leftSessions;
    }

    boolean recoversAll() {
        return recoversAll;
    }

    CommandParser parser() {
        return parser;
    }
}
