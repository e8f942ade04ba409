package io.tickgate.gateway.hub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

import io.tickgate.gateway.auth.AccessPolicy;
import io.tickgate.gateway.auth.Authenticator;
import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.wire.Outlet;
import io.tickgate.gateway.wire.WireFormat;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.Disconnect;
import io.tickgate.protocol.message.ErrorCode;
import io.tickgate.protocol.message.MessageEncoder;
import io.tickgate.protocol.message.ParsedCommand;
import io.tickgate.protocol.message.ServerMessage;
import io.tickgate.protocol.message.UpdateEnvelope;

/** A whole hub whose loops, clock and broker are turned by hand, so that a test decides what happens before what. */
final class HandTurnedHub implements AutoCloseable {
    static final Map<String, Kind> KINDS = Map.of(
            "price",
            new Kind("price", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "price_update"),
            "quote",
            new Kind("quote", DeliveryMode.LATEST, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "quote_update", 64,
                    120_000, Kind.Overrun.GAP, "n", "symbol"),
            "trade",
            new Kind("trade", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, false, "trade_update"),
            "log", new Kind("log", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.ANY, false, "log_update"),
            "fill",
            new Kind("fill", DeliveryMode.EVERY, Kind.Readers.PUBLIC, Kind.Payload.JSON, true, "fill_update", 1_000,
                    120_000,
                    Kind.Overrun.GAP, "n", null),
            "order",
            new Kind("order", DeliveryMode.EVERY, Kind.Readers.OWNER, Kind.Payload.JSON, false, "order_update"),
            "user", new Kind("user", DeliveryMode.EVERY, Kind.Readers.OWNER, Kind.Payload.JSON, false, "notification"));

    final HandClock clock = new HandClock();
    final HandBroker broker = new HandBroker();
    final List<HandLoop> loops = new ArrayList<>();
    final List<LoopMetrics> metrics = new ArrayList<>();
    final List<Shard> shards = new ArrayList<>();
    final Dispatcher dispatcher;
    private final List<Timer> timers = new ArrayList<>();
    private int sessions;

    HandTurnedHub(int loopCount, HubSettings settings, int highWatermarkBytes) {
        Mailbox[] mailboxes = new Mailbox[loopCount];
        for (int i = 0; i < loopCount; i++) {
            loops.add(new HandLoop());
            metrics.add(new LoopMetrics());
            mailboxes[i] = new Mailbox(settings.mailboxEntries(), settings.mailboxBytes(), loops.get(i));
        }
        Rights rights = new Rights(new SubjectTokens(), new KindPolicy(), true);
        dispatcher = new Dispatcher(settings, rights.policy(), broker, loops.getFirst(), clock, metrics.getFirst(),
                mailboxes);
        DispatcherPort port = new DispatcherPort(loops.getFirst(), dispatcher);
        for (int i = 0; i < loopCount; i++) {
            shards.add(new Shard(i, settings, new Watermarks(highWatermarkBytes, highWatermarkBytes / 4), rights,
                    loops.get(i), timers(loops.get(i)), clock,
                    metrics.get(i), mailboxes[i], port, UnpooledByteBufAllocator.DEFAULT));
        }
        broker.start(dispatcher);
    }

    static HandTurnedHub up(int loopCount) {
        HandTurnedHub hub = new HandTurnedHub(loopCount, settings(), 262_144);
        hub.dispatcher.onUp();
        hub.turnAll();
        return hub;
    }

    static HubSettings settings() {
        return settings(120_000, 1 << 20, 0);
    }

    static HubSettings settings(int upstreamLingerMs, long historyBytes, int flushIntervalMs) {
        return new HubSettings(25_000, 16, 8, 4, 100, 4_096, 16, upstreamLingerMs, 5_000, 1_024, 1 << 20, historyBytes,
                60_000, flushIntervalMs);
    }

    private Timers timers(HandLoop loop) {
        return (task, delayNanos) -> timers.add(new Timer(clock.nanos() + delayNanos, loop, task));
    }

    /** Runs every loop's tasks until none is left. */
    void turnAll() {
        boolean worked;
        do {
            worked = false;
            for (HandLoop loop : loops) {
                worked |= loop.turn();
            }
        } while (worked);
    }

    /** Moves the clock and has every timer fire. */
    void pass(long ms) {
        clock.advance(ms);
        for (Timer timer : List.copyOf(timers)) {
            if (clock.nanos() - timer.dueNanos() >= 0) {
                timers.remove(timer);
                timer.loop().execute(timer.task());
            }
        }
        turnAll();
        dispatcher.tick();
        shards.forEach(Shard::tick);
        turnAll();
    }

    Client connect(int loop) {
        return connect(loop, Principal.ANONYMOUS);
    }

    Client connect(int loop, Principal principal) {
        return new Client(shards.get(loop), principal, false);
    }

    /** A client whose outlet fails from its first message on. */
    Client connectBroken(int loop, Principal principal) {
        return new Client(shards.get(loop), principal, true);
    }

    /** What became of a channel's updates on all loops. */
    Account account(String channel) {
        Account sum = dispatcher.closedRooms(channel);
        for (Shard shard : shards) {
            sum = sum.plus(shard.rooms().account(channel));
        }
        return sum;
    }

    void publish(String channel, String json) {
        dispatcher.onMessage(channel, json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        shards.forEach(Shard::close);
    }

    private record Timer(long dueNanos, HandLoop loop, Runnable task) {}

    /** A client on a loop, and what it has been sent. */
    final class Client implements Outlet {
        final Shard shard;
        final Session session;
        final List<String> received = new ArrayList<>();
        int flushes;
        int writes;
        long pendingBytes;
        boolean stalled;
        /** Whether every call of the outlet fails, as none should. */
        boolean broken;
        /** Done whenever a message is sent. */
        Runnable onSend = () -> {};
        Disconnect closed;

        private Client(Shard shard, Principal principal, boolean broken) {
            this.shard = shard;
            this.broken = broken;
            this.session = shard.open("s" + sessions++, TransportKind.WEBSOCKET, this, true, principal);
            turnAll();
        }

        Client subscribe(String... channels) {
            submit(new Command.Subscribe(null, List.of(channels), -1, Map.of()));
            turnAll();
            return this;
        }

        void submit(Command command) {
            shard.submit(session, new ParsedCommand.Accepted(command));
        }

        /** What came since the last call. */
        List<String> take() {
            List<String> taken = List.copyOf(received);
            received.clear();
            return taken;
        }

        @Override
        public WireFormat format() {
            return LineFormat.INSTANCE;
        }

        private void failIfBroken() {
            if (broken) {
                throw new IllegalStateException("the outlet is broken");
            }
        }

        @Override
        public void write(ByteBuf encoded) {
            failIfBroken();
            writes++;
            if (stalled) {
                pendingBytes += encoded.readableBytes();
            }
            for (String line : encoded.toString(StandardCharsets.UTF_8).split("\n")) {
                received.add(line);
            }
        }

        @Override
        public void send(ServerMessage message) {
            failIfBroken();
            onSend.run();
            received.add(new String(MessageEncoder.encode(message), StandardCharsets.UTF_8));
        }

        @Override
        public void heartbeat(long timeMs) {
            failIfBroken();
            received.add("heartbeat");
        }

        @Override
        public void flush() {
            failIfBroken();
            flushes++;
        }

        @Override
        public long pendingBytes() {
            return pendingBytes;
        }

        @Override
        public void close(Disconnect reason) {
            closed = reason;
            failIfBroken();
        }
    }

    /** One JSON object a line. */
    private static final class LineFormat implements WireFormat {
        static final LineFormat INSTANCE = new LineFormat();

        @Override
        public void encodeUpdate(Publication p, ByteBuf out) {
            UpdateEnvelope.encode(p.topic().ascii(), p.seq(), p.payload(), out);
            out.writeByte('\n');
        }

        @Override
        public void encodeSnapshot(Publication p, ByteBuf out) {
            UpdateEnvelope.encodeSnapshot(p.topic().ascii(), p.seq(), p.ingestTimeMs(), p.payload(), out);
            out.writeByte('\n');
        }
    }

    static final class HandLoop implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        /** Runs the tasks that wait now, not those that they bring. */
        void turnOnce() {
            for (int waiting = tasks.size(); waiting > 0; waiting--) {
                tasks.poll().run();
            }
        }

        boolean turn() {
            boolean worked = false;
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
                worked = true;
            }
            return worked;
        }
    }

    static final class HandClock implements Clock {
        private long ms = 1_763_712_000_000L;

        void advance(long byMs) {
            ms += byMs;
        }

        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(ms);
        }

        @Override
        public long timeMs() {
            return ms;
        }
    }

    /** A broker that confirms only when told to. */
    static final class HandBroker implements Broker {
        final Set<String> asked = new LinkedHashSet<>();
        final List<Collection<String>> subscribes = new ArrayList<>();
        boolean confirmsAtOnce = true;
        private BrokerSink sink;

        @Override
        public void start(BrokerSink brokerSink) {
            sink = brokerSink;
        }

        @Override
        public void subscribe(Collection<String> channels) {
            subscribes.add(channels);
            asked.addAll(channels);
            if (confirmsAtOnce) {
                channels.forEach(sink::onSubscribed);
            }
        }

        @Override
        public void unsubscribe(Collection<String> channels) {
            asked.removeAll(channels);
        }

        @Override
        public CompletionStage<Long> publish(String channel, byte[] payload) {
            return CompletableFuture.completedFuture(sink.onMessage(channel, payload));
        }

        @Override
        public State state() {
            return State.UP;
        }

        @Override
        public String name() {
            return "hand";
        }

        @Override
        public void close() {}
    }

    /** Tokens that are the user's name; {@code bad} is none. */
    private static final class SubjectTokens implements Authenticator {
        @Override
        public Verdict verify(String token) {
            return token.equals("bad")
                    ? new Verdict.Rejected(ErrorCode.UNAUTHORIZED, "bad token")
                    : new Verdict.Accepted(new Principal(token, List.of(), 0));
        }

        @Override
        public boolean isConfigured() {
            return true;
        }
    }

    private static final class KindPolicy implements AccessPolicy {
        @Override
        public Kind kindOf(String channel) {
            return KINDS.get(ChannelName.kindOf(channel));
        }

        @Override
        public ErrorCode refusal(Principal principal, Kind kind, String channel) {
            boolean mayRead = kind.readers() == Kind.Readers.PUBLIC
                    || ChannelName.restOf(channel).equals(principal.user());
            return mayRead ? null : principal.isAnonymous() ? ErrorCode.UNAUTHORIZED : ErrorCode.FORBIDDEN;
        }
    }
}
