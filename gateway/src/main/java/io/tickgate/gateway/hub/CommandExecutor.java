package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.Subscription;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.CommandId;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;

/**
 * Executes what clients ask, one command of a session after the other, and answers each exactly once. Owned by the shard.
 */
final class CommandExecutor {
    private final Shard shard;
    private final Rooms rooms;
    private final SessionClock sessionClock;
    private final HubSettings settings;
    private final Rights rights;
    private final Clock clock;
    private final LoopMetrics metrics;
    private final Map<String, Integer> limits;
    private final Confirmations confirmations;

    CommandExecutor(Shard shard, Rooms rooms, SessionClock sessionClock, HubSettings settings, Rights rights,
            Clock clock,
            LoopMetrics metrics) {
        this.shard = shard;
        this.rooms = rooms;
        this.sessionClock = sessionClock;
        this.settings = settings;
        this.rights = rights;
        this.clock = clock;
        this.metrics = metrics;
        this.confirmations = new Confirmations(rooms, clock, this::confirmed);
        this.limits = new LinkedHashMap<>();
        limits.put("channelsPerCommand", settings.maxChannelsPerCommand());
        limits.put("subscriptions", settings.maxSubscriptions());
        limits.put("waitingCommands", settings.maxWaitingCommands());
    }

    /** @param afterNumber what its user's own rooms go on after, or {@link Command.Subscribe#NO_NUMBER} */
    void welcome(Session session, long afterNumber) {
        Principal principal = session.principal();
        List<String> own = rights.ownChannels(principal);
        shard.send(session, new ServerMessage.Welcome(session.id(), settings.heartbeatMs(), principal.user(),
                principal.expiresAtMs(), own, limits));
        joinOwn(session, own, afterNumber);
    }

    void submit(Session session, ParsedCommand command) {
        if (!session.isOpen()) {
            return;
        }
        if (!session.isAwaitingBroker()) {
            execute(session, command);
        } else if (!session.enqueue(command, settings.maxWaitingCommands())) {
            shard.disconnect(session, Disconnect.TOO_MANY);
        }
    }

    private void execute(Session session, ParsedCommand parsed) {
        switch (parsed) {
            case ParsedCommand.Accepted(Command command) -> execute(session, command);
            case ParsedCommand.Refused(ServerMessage.Failure failure) -> refuse(session, failure);
        }
    }

    private void execute(Session session, Command command) {
        metrics.increment(Counter.COMMANDS);
        switch (command) {
            case Command.Subscribe subscribe -> subscribe(session, subscribe);
            case Command.Unsubscribe unsubscribe -> unsubscribe(session, unsubscribe);
            case Command.Authenticate authenticate -> authenticate(session, authenticate);
            case Command.Ping ping -> shard.send(session, new ServerMessage.Pong(ping.id(), clock.timeMs()));
        }
    }

    // ---- subscribe

    private void subscribe(Session session, Command.Subscribe command) {
        if (command.channels().size() > settings.maxChannelsPerCommand()) {
            fail(session, command.id(), ErrorCode.LIMIT, "too many channels in one command");
            return;
        }
        PendingSubscribe subscribe = pendingSubscribe(session, command, null);
        int subscriptions = session.subscriptionCount();
        for (String channel : new LinkedHashSet<>(command.channels())) {
            ErrorCode refusal = rights.refusal(session.principal(), channel);
            boolean fresh = session.subscription(channel) == null;
            if (refusal != null) {
                subscribe.refuse(channel, refusal, describe(refusal));
            } else if (fresh && ++subscriptions > settings.maxSubscriptions()) {
                subscribe.refuse(channel, ErrorCode.LIMIT, "too many subscriptions");
            } else {
                subscribe.add(rooms.open(channel, rights.policy().kindOf(channel)));
            }
        }
        completeOrWait(subscribe);
    }

    private void joinOwn(Session session, List<String> own, long afterNumber) {
        if (own.isEmpty() || !session.isOpen()) {
            return;
        }
        PendingSubscribe subscribe = pendingSubscribe(session,
                new Command.Subscribe(null, own, Command.Subscribe.UNCHANGED, Map.of(), afterNumber), null);
        for (String channel : own) {
            if (rights.refusal(session.principal(), channel) == null) {
                subscribe.add(rooms.open(channel, rights.policy().kindOf(channel)));
            }
        }
        completeOrWait(subscribe);
    }

    /** Takes a session back to where it left off. Rights are looked at anew: it may have been away for long. */
    void recover(Session session, Comeback comeback) {
        if (!session.isOpen()) {
            return;
        }
        List<String> channels = List.copyOf(comeback.intervals().keySet());
        PendingSubscribe subscribe = pendingSubscribe(session, new Command.Subscribe(null, channels,
                Command.Subscribe.UNCHANGED, Map.of(), comeback.afterNumber()), comeback);
        for (String channel : channels) {
            ErrorCode refusal = rights.refusal(session.principal(), channel);
            if (refusal != null) {
                subscribe.refuse(channel, refusal, describe(refusal));
            }
        }
        if (subscribe.refused.isEmpty()) {
            for (String channel : channels) {
                subscribe.add(rooms.open(channel, rights.policy().kindOf(channel)));
            }
        }
        completeOrWait(subscribe);
    }

    private PendingSubscribe pendingSubscribe(Session session, Command.Subscribe command, Comeback comeback) {
        long deadline = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(settings.confirmTimeoutMs());
        return new PendingSubscribe(session, command, comeback, deadline);
    }

    private void completeOrWait(PendingSubscribe subscribe) {
        if (subscribe.isReady()) {
            complete(subscribe);
        } else {
            confirmations.await(subscribe);
        }
    }

    /** All rooms are open: joins them in one instant, so that what follows starts right after what the answer says. */
    private void complete(PendingSubscribe subscribe) {
        Session session = subscribe.session;
        metrics.add(Counter.COMMANDS_REFUSED, subscribe.refused.size());
        if (subscribe.command.isResume()) {
            // The client may come from a loop that is ahead of this one.
            shard.catchUpWithDispatcher();
            subscribe.rooms.forEach(shard::catchUpWithHistory);
        }
        subscribe.rooms.forEach(room -> room.waiting().remove(subscribe));
        if (!session.isOpen()) {
            // Ended by something that came on the way.
            subscribe.rooms.forEach(rooms::closeIfAbandoned);
            return;
        }
        List<Entrance> entrances = new ArrayList<>(subscribe.rooms.size());
        for (Room room : subscribe.rooms) {
            entrances.add(entrance(subscribe, room));
        }
        if (subscribe.comeback != null && !isRecovered(subscribe, entrances)) {
            shard.left(session);
            confirmations.abandon(subscribe);
            subscribe.comeback.onRefused().run();
        } else {
            enter(subscribe, entrances);
        }
    }

    private void enter(PendingSubscribe subscribe, List<Entrance> entrances) {
        Session session = subscribe.session;
        List<ServerMessage.Joined> joined = new ArrayList<>(entrances.size());
        for (Entrance entrance : entrances) {
            joined.add(entrance.joined(enter(session, entrance, subscribe.intervalMs(entrance.room()))));
        }
        shard.send(session, new ServerMessage.Subscribed(subscribe.command.id(), joined, subscribe.refused));
        for (Entrance entrance : entrances) {
            for (Publication lastValue : entrance.snapshot()) {
                shard.sendSnapshot(session, lastValue);
            }
            if (entrance.gap() != null) {
                shard.send(session, entrance.gap());
                metrics.increment(Counter.GAPS);
            }
        }
        if (subscribe.comeback != null) {
            metrics.increment(Counter.SESSIONS_RECOVERED);
            shard.tellUpstream(session);
        }
    }

    private static boolean isRecovered(PendingSubscribe subscribe, List<Entrance> entrances) {
        return subscribe.refused.isEmpty() && entrances.stream().allMatch(Entrance::recovered);
    }

    /** A poll does not get again what it has, or it would be answered at once each time. */
    private Entrance entrance(PendingSubscribe subscribe, Room room) {
        Session session = subscribe.session;
        Subscription present = rooms.entered(session, room);
        long afterNumber = subscribe.command.afterNumber();
        if (subscribe.comeback != null) {
            return Entrance.recover(room, subscribe.comeback.afterNumber());
        }
        return present == null && afterNumber != Command.Subscribe.NO_NUMBER && session.outlet().isPoll()
                ? Entrance.recover(room, afterNumber)
                : Entrance.of(room, present, subscribe.command);
    }

    /** @return the interval in force */
    private int enter(Session session, Entrance entrance, int askedMs) {
        Room room = entrance.room();
        Subscription subscription = session.subscription(room.channel());
        int before = subscription == null ? 0 : subscription.intervalMs;
        int intervalMs = askedMs == Command.Subscribe.UNCHANGED ? before : askedMs;
        if (subscription == null) {
            subscription = rooms.subscribe(session, room, entrance.from(), intervalMs);
        } else {
            if (intervalMs != before) {
                rooms.setInterval(subscription, room, intervalMs);
            }
            if (entrance.isResumed() || !entrance.snapshot().isEmpty()) {
                rooms.restart(subscription, room, entrance.from());
            }
        }
        if (entrance.gap() != null && entrance.gap().to() > 0) {
            rooms.skip(subscription, room, entrance.gap().to());
        }
        return intervalMs;
    }

    Confirmations confirmations() {
        return confirmations;
    }

    /** Answers a subscribe and goes on with the session's next commands, unless the session has ended meanwhile. */
    private void confirmed(PendingSubscribe subscribe) {
        complete(subscribe);
        Session session = subscribe.session;
        while (session.isOpen() && !session.isAwaitingBroker()) {
            ParsedCommand next = session.nextCommand();
            if (next == null) {
                return;
            }
            execute(session, next);
        }
    }

    // ---- unsubscribe, authenticate

    private void unsubscribe(Session session, Command.Unsubscribe command) {
        List<String> ended = new ArrayList<>(command.channels().size());
        for (String channel : command.channels()) {
            if (unsubscribe(session, channel)) {
                ended.add(channel);
            }
        }
        shard.send(session, new ServerMessage.Unsubscribed(command.id(), ended, null));
    }

    /** @return whether it was subscribed */
    private boolean unsubscribe(Session session, String channel) {
        Subscription subscription = session.remove(channel);
        if (subscription == null) {
            return false;
        }
        rooms.leave(subscription);
        return true;
    }

    private void authenticate(Session session, Command.Authenticate command) {
        switch (rights.authenticator().verify(command.token())) {
            case Verdict.Rejected(ErrorCode code, String message) -> {
                metrics.increment(Counter.TOKENS_REFUSED);
                fail(session, command.id(), code, message);
            }
            case Verdict.Accepted(Principal principal) -> {
                Principal before = session.principal();
                if (before.user() != null && !before.user().equals(principal.user())) {
                    fail(session, command.id(), ErrorCode.BAD_REQUEST, "the token is another user's");
                    return;
                }
                sessionClock.renew(session, principal);
                List<String> own = before.isAnonymous() ? rights.ownChannels(principal) : List.of();
                shard.send(session, new ServerMessage.Authenticated(command.id(), principal.user(),
                        principal.expiresAtMs(), own));
                endLostRights(session);
                joinOwn(session, own, Command.Subscribe.NO_NUMBER);
            }
        }
    }

    /** A renewed token may say less than the one before. */
    private void endLostRights(Session session) {
        List<String> lost = new ArrayList<>(0);
        for (Subscription subscription : session.subscriptions()) {
            if (rights.refusal(session.principal(), subscription.channel()) != null) {
                lost.add(subscription.channel());
            }
        }
        for (String channel : lost) {
            unsubscribe(session, channel);
        }
        if (!lost.isEmpty()) {
            shard.send(session, new ServerMessage.Unsubscribed(null, lost, ErrorCode.FORBIDDEN.word()));
        }
    }

    private void fail(Session session, CommandId id, ErrorCode code, String message) {
        refuse(session, new ServerMessage.Failure(id, code, message));
    }

    private void refuse(Session session, ServerMessage.Failure failure) {
        metrics.increment(Counter.COMMANDS_REFUSED);
        shard.send(session, failure);
    }

    private static String describe(ErrorCode code) {
        return switch (code) {
            case BAD_CHANNEL -> "not a channel name";
            case UNAUTHORIZED -> "a token is needed";
            default -> "not allowed";
        };
    }
}
