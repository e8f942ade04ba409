package io.tickgate.gateway.transport.longpoll;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.hub.Shard;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.SessionIds;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandId;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;

/**
 * A request that is held until there is something to answer, and as long a session: it subscribes, is asked for the answer
 * after each turn that brought it something, and leaves with the answer or with the client. Owned by the connection's loop.
 */
abstract sealed class HeldRequest implements Outlet permits EventsPoll, ChannelPoll {
    /** The mark of the request's own subscribe: the user's own channels are joined before, unasked. */
    private static final CommandId SUBSCRIBE = CommandId.of(1);
    private static final String RETRY_AFTER_SECONDS = "2";

    private final Shard shard;
    private final Exchange exchange;
    private Session session;
    private ScheduledFuture<?> deadline;
    private boolean joined;
    private boolean due;
    private boolean answered;

    HeldRequest(Shard shard, Exchange exchange) {
        this.shard = shard;
        this.exchange = exchange;
    }

    /** @param waitMs how long it is held at most, once it is subscribed; 0 if it is answered at once */
    final void open(Principal principal, Command.Subscribe subscribe, int waitMs) {
        due = waitMs == 0;
        exchange.onAbort(this::gone);
        session = shard.open(SessionIds.next(), TransportKind.LONGPOLL, this, false, principal,
                subscribe.afterNumber());
        shard.submit(session, new ParsedCommand.Accepted(new Command.Subscribe(SUBSCRIBE, subscribe.channels(),
                subscribe.intervalMs(), subscribe.resume(), subscribe.afterNumber())));
        if (!due && !answered) {
            deadline = exchange.loop().schedule(this::expired, waitMs, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * The answer, or null if there is none yet.
     *
     * @param isDue whether it has been held long enough, so that there must be one
     */
    abstract Response answer(boolean isDue);

    /** Something that the gateway says, but for what only concerns the session. */
    abstract void collect(ServerMessage message);

    final Shard shard() {
        return shard;
    }

    final Session session() {
        return session;
    }

    /** Whether all channels are joined. */
    final boolean isJoined() {
        return joined;
    }

    final boolean isAnswered() {
        return answered;
    }

    @Override
    public final void send(ServerMessage message) {
        switch (message) {
            case ServerMessage.Welcome _,ServerMessage.Heartbeat _,ServerMessage.Pong _ -> {
                // Of the session, which is none that the client knows.
            }
            case ServerMessage.Subscribed subscribed -> subscribed(subscribed);
            default -> collect(message);
        }
    }

    private void subscribed(ServerMessage.Subscribed subscribed) {
        if (!subscribed.refused().isEmpty() && !answered) {
            // All channels or none; what is refused only now is so for the moment.
            ServerMessage.Refused first = subscribed.refused().getFirst();
            respond(comeBack(first.code(), first.message()));
        }
        joined |= SUBSCRIBE.equals(subscribed.id());
    }

    @Override
    public final void flush() {
        if (session != null && joined && !answered) {
            Response answer = answer(due && !session.isCatchingUp());
            if (answer != null) {
                respond(answer);
            }
        }
    }

    /** Held long enough: what there is is asked for at the end of the next turn, as always. */
    private void expired() {
        due = true;
        shard.send(session, new ServerMessage.Heartbeat(0));
    }

    /** Answers after the turn, which goes on with what the answer may let happen: the connection's next request. */
    private void respond(Response response) {
        answered = true;
        cancelDeadline();
        exchange.loop().execute(() -> {
            exchange.respond(response);
            shard.left(session);
        });
    }

    /** The client went away. */
    private void gone() {
        answered = true;
        cancelDeadline();
        shard.left(session);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public final void close(Disconnect reason) {
        if (!answered) {
            respond(switch (reason) {
                case TOKEN_EXPIRED -> Response.error(ErrorCode.TOKEN_EXPIRED, "the token has expired");
                case TOO_MANY -> comeBack(ErrorCode.LIMIT, "too many");
                default -> comeBack(ErrorCode.UNAVAILABLE, "the gateway can not hold the request on");
            });
        }
    }

    /** The answer to a request that is not held, since a planned stop has begun. */
    static Response stopping() {
        return comeBack(ErrorCode.UNAVAILABLE, "the gateway is stopping");
    }

    private static Response comeBack(ErrorCode code, String message) {
        return Response.error(code, message).header("retry-after", RETRY_AFTER_SECONDS);
    }

    @Override
    public final void heartbeat(long timeMs) {
        // There is nothing to be written before the answer.
    }

    /** That a turn has ended may be what the answer waits for. */
    @Override
    public final boolean isFlushDue() {
        return true;
    }

    /** What is collected leaves with the answer. */
    @Override
    public final boolean isDelayed() {
        return true;
    }
}
