package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.UnpooledByteBufAllocator;

import io.tickgate.gateway.auth.Principal;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.ChannelName;
import io.tickgate.gateway.model.Entry;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.session.Session;
import io.tickgate.gateway.session.TransportKind;
import io.tickgate.gateway.testing.HandTurnedClock;
import io.tickgate.gateway.testing.UserNames;
import io.tickgate.gateway.wire.CompressionSettings;
import io.tickgate.protocol.message.Command;
import io.tickgate.protocol.message.ParsedCommand;

/** A whole hub whose loops, clock and broker are turned by hand, so that a test decides what happens before what. */
final class HandTurnedHub implements AutoCloseable {
    /** Keyframes so often that there are some in a short test. */
    private static final CompressionSettings COMPRESSION = new CompressionSettings(6, 64, 12, 5_000);

    final HandTurnedClock clock = new HandTurnedClock();
    final HandTurnedBroker broker = new HandTurnedBroker();
    final List<HandTurnedLoop> loops = new ArrayList<>();
    final List<LoopMetrics> metrics = new ArrayList<>();
    final List<Shard> shards = new ArrayList<>();
    final Dispatcher dispatcher;
    private final Mailbox[] mailboxes;
    private final HandTurnedTimers timers = new HandTurnedTimers(clock);
    private int sessions;
    private long keyedNumber;

    HandTurnedHub(int loopCount, HubSettings settings, int highWatermarkBytes) {
        this(loopCount, settings, COMPRESSION, highWatermarkBytes);
    }

    private HandTurnedHub(int loopCount, HubSettings settings, CompressionSettings compression,
            int highWatermarkBytes) {
        mailboxes = new Mailbox[loopCount];
        for (int i = 0; i < loopCount; i++) {
            loops.add(new HandTurnedLoop());
            metrics.add(new LoopMetrics());
            mailboxes[i] = new Mailbox(settings.mailboxEntries(), settings.mailboxBytes(), loops.get(i));
        }
        Rights rights = new Rights(new UserNames(clock, 1_000), new SampleKinds(), true);
        dispatcher = new Dispatcher(settings, rights.policy(), broker, loops.getFirst(), clock, metrics.getFirst(),
                mailboxes);
        DispatcherPort port = new DispatcherPort(loops.getFirst(), dispatcher);
        for (int i = 0; i < loopCount; i++) {
            shards.add(new Shard(i, settings, compression, new Watermarks(highWatermarkBytes, highWatermarkBytes / 4),
                    rights,
                    loops.get(i), timers.of(loops.get(i)), clock,
                    metrics.get(i), mailboxes[i], port, UnpooledByteBufAllocator.DEFAULT));
        }
        broker.start(dispatcher);
    }

    static HandTurnedHub up(int loopCount) {
        return up(new HandTurnedHub(loopCount, settings(), 262_144));
    }

    /** One loop with so many shared streams at most, and a keyframe after so many blocks. */
    static HandTurnedHub sharing(int streams, int keyframeBlocks) {
        return sharing(streams, keyframeBlocks, 262_144);
    }

    static HandTurnedHub sharing(int streams, int keyframeBlocks, int highWatermarkBytes) {
        CompressionSettings compression = new CompressionSettings(6, streams, keyframeBlocks, 5_000);
        return up(new HandTurnedHub(1, settings(), compression, highWatermarkBytes));
    }

    private static HandTurnedHub up(HandTurnedHub hub) {
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

    /** Runs every loop's tasks until none is left. */
    void turnAll() {
        boolean worked;
        do {
            worked = false;
            for (HandTurnedLoop loop : loops) {
                worked |= loop.turn();
            }
        } while (worked);
    }

    /** Moves the clock and has every timer fire. */
    void pass(long ms) {
        fireTimers(ms);
        turnAll();
        dispatcher.tick();
        shards.forEach(Shard::tick);
        turnAll();
    }

    /** Moves the clock: what is due is done when the loops are turned next. */
    void fireTimers(long ms) {
        clock.advance(ms);
        timers.fire();
    }

    Client connect(int loop) {
        return connect(loop, Principal.ANONYMOUS);
    }

    Client connect(int loop, Principal principal) {
        return turned(new Client(shards.get(loop), principal, LineFormat.PLAIN, Command.Subscribe.NO_NUMBER, false));
    }

    /** A client that has asked for a channel when the loops are turned next. */
    Client join(int loop, String channel) {
        Client client = new Client(shards.get(loop), Principal.ANONYMOUS, LineFormat.PLAIN,
                Command.Subscribe.NO_NUMBER, false);
        client.submit(new Command.Subscribe(null, List.of(channel), -1, Map.of()));
        return client;
    }

    private Client turned(Client client) {
        turnAll();
        return client;
    }

    /**
     * A client whose updates bear the node-wide number while it is in step, as those of an event stream do.
     *
     * @param afterNumber what it goes on after, or {@link Command.Subscribe#NO_NUMBER}
     */
    Client connectStream(int loop, long afterNumber) {
        return turned(new Client(shards.get(loop), Principal.ANONYMOUS, LineFormat.NUMBERED, afterNumber, false));
    }

    /** A client whose outlet fails from its first message on. */
    Client connectBroken(int loop, Principal principal) {
        return turned(new Client(shards.get(loop), principal, LineFormat.PLAIN, Command.Subscribe.NO_NUMBER, true));
    }

    /** Begins a planned stop of one loop. @return how often its end was told */
    AtomicInteger drain(int loop, DrainSettings settings) {
        AtomicInteger over = new AtomicInteger();
        Shard shard = shards.get(loop);
        shard.begin(new Drain(shard, timers.of(loops.get(loop)), clock, settings, over::incrementAndGet));
        return over;
    }

    void publish(String channel, String json) {
        dispatcher.onMessage(channel, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of {@code from} up to that of {@code to} as payloads of a channel. */
    void publishNumbers(String channel, int from, int to) {
        for (int n = from; n <= to; n++) {
            publish(channel, Integer.toString(n));
        }
    }

    /** Hands one loop an update with a conflation key, on a channel that somebody there has joined. */
    void publishKeyed(int loop, String channel, String key, String json) {
        Room room = shards.get(loop).rooms().open(channel, SampleKinds.named(ChannelName.kindOf(channel)));
        Entry last = room.history().after(0);
        long seq = room.seq();
        while (last != null) {
            seq = last.seq();
            last = room.history().after(seq);
        }
        Publication publication = new Publication(room.topic(), seq + 1, ++keyedNumber,
                json.getBytes(StandardCharsets.UTF_8), clock.nanos(), clock.timeMs(), Publication.NO_AGE, key);
        room.history().append(publication);
        mailboxes[loop].publish(publication, room.lastValues());
        mailboxes[loop].signal();
    }

    /** What became of a channel's updates on all loops. */
    Account account(String channel) {
        Account sum = dispatcher.closedRooms(channel);
        for (Shard shard : shards) {
            sum = sum.plus(shard.rooms().account(channel));
        }
        return sum;
    }

    /** Every update that was due is one of what may become of it. */
    void assertAccount(String channel) {
        Account account = account(channel);
        assertThat(account.delivered() + account.conflated() + account.gapped() + account.abandoned()
                + account.pending()).as("%s of %s", account, channel).isEqualTo(account.due());
    }

    @Override
    public void close() {
        shards.forEach(Shard::close);
    }

    /** A client on a loop, and what it asks for. */
    final class Client extends HandTurnedOutlet {
        final Shard shard;
        final Session session;

        private Client(Shard shard, Principal principal, LineFormat format, long afterNumber, boolean broken) {
            super(format, broken);
            this.shard = shard;
            this.session = shard.open("s" + sessions++, TransportKind.WEBSOCKET, this, true, principal, afterNumber);
        }

        Client subscribe(String... channels) {
            return subscribe(-1, Map.of(), channels);
        }

        Client subscribe(int intervalMs, Map<String, String> resume, String... channels) {
            submit(new Command.Subscribe(null, List.of(channels), intervalMs, resume));
            turnAll();
            return this;
        }

        Client subscribeAfter(long number, String... channels) {
            submit(new Command.Subscribe(null, List.of(channels), 0, Map.of(), number));
            turnAll();
            return this;
        }

        void submit(Command command) {
            shard.submit(session, new ParsedCommand.Accepted(command));
        }

        /** Reads no more: the kernel takes nothing. */
        Client stall() {
            stopReading();
            return this;
        }

        @Override
        void onDrained() {
            shard.drained(session);
        }

        /** The connection is lost, and what was on its way with it. */
        void vanish() {
            forgetPending();
            shard.left(session);
        }
    }
}
