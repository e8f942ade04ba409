package io.tickgate.gateway.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.concurrent.Clock;
import io.tickgate.gateway.concurrent.RateLimitedLog;
import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Account;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Watermarks;
import io.tickgate.gateway.wire.CompressionSettings;

/**
 * The dispatcher and a shard for each event loop, on their threads. Started and stopped by the composition root; the first
 * loop is the ingest loop.
 */
public final class Hub {
    /** A bit each in what the dispatcher knows of a channel. */
    private static final int MAX_LOOPS = Long.SIZE;
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    /** Heartbeats and timeouts are late by at most this. */
    private static final long TICK_MS = 100;

    private final HubSettings settings;
    private final Rights rights;
    private final EventLoop ingestLoop;
    private final Clock clock;
    private final RateLimitedLog timerFaults;
    private final Dispatcher dispatcher;
    private final Broker broker;
    private final Map<EventLoop, Shard> shards = new HashMap<>();
    private final List<ScheduledFuture<?>> ticks = new ArrayList<>();

    /**
     * @param watermarks how much a connection is given ahead of its reader
     * @param loops at most 64, the first takes the broker's messages
     * @param metrics of each loop, in the same order
     */
    public Hub(HubSettings settings, CompressionSettings compression, Watermarks watermarks, Rights rights,
            Broker broker,
            List<EventLoop> loops, List<LoopMetrics> metrics,
            Clock clock) {
        this.settings = settings;
        this.rights = rights;
        this.broker = broker;
        Require.range("the number of event loops", loops.size(), 1, MAX_LOOPS);
        this.ingestLoop = loops.getFirst();
        this.clock = clock;
        this.timerFaults = new RateLimitedLog(LOG, clock);
        Mailbox[] mailboxes = new Mailbox[loops.size()];
        for (int i = 0; i < mailboxes.length; i++) {
            mailboxes[i] = new Mailbox(settings.mailboxEntries(), settings.mailboxBytes(), loops.get(i));
        }
        this.dispatcher = new Dispatcher(settings, rights.policy(), broker, ingestLoop, clock, metrics.getFirst(),
                mailboxes);
        DispatcherPort port = new DispatcherPort(ingestLoop, dispatcher);
        for (int i = 0; i < mailboxes.length; i++) {
            shards.put(loops.get(i),
                    new Shard(i, settings, compression, watermarks, rights, loops.get(i), timers(loops.get(i)), clock,
                            metrics.get(i), mailboxes[i], port, ByteBufAllocator.DEFAULT));
        }
    }

    /** Starts the broker and the timers; returns at once. */
    public void start() {
        ingestLoop.execute(() -> broker.start(dispatcher));
        ticks.add(every(ingestLoop, dispatcher::tick));
        shards.forEach((loop, shard) -> ticks.add(every(loop, shard::tick)));
    }

    /**
     * Begins a planned stop: every client is told, and closed within the window.
     *
     * @return done when no session is left, completed on one of the loops
     */
    public CompletableFuture<Void> drain(DrainSettings drain) {
        List<CompletableFuture<Void>> over = new ArrayList<>();
        shards.forEach((loop, shard) -> {
            CompletableFuture<Void> empty = new CompletableFuture<>();
            over.add(empty);
            loop.execute(() -> shard.begin(new Drain(shard, timers(loop), clock, drain, () -> empty.complete(null))));
        });
        return CompletableFuture.allOf(over.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Stops the timers and sends everybody away at once; the loops are shut down by whoever made them.
     *
     * @return done when each shard is: until then they all still talk to the ingest loop
     */
    public List<Future<?>> stop() {
        ticks.forEach(tick -> tick.cancel(false));
        List<Future<?>> closing = new ArrayList<>();
        shards.forEach((loop, shard) -> closing.add(loop.submit(shard::close)));
        return closing;
    }

    /** The shard of a loop; any thread, to be used on that loop. */
    public Shard shard(EventLoop loop) {
        return shards.get(loop);
    }

    public HubSettings settings() {
        return settings;
    }

    public Rights rights() {
        return rights;
    }

    /** Asks for a channel's last publication, null if none is known; any thread, answered on the given loop. */
    public void lastValue(String channel, EventLoop answerOn, Consumer<Publication> answer) {
        ingestLoop.execute(
                () -> dispatcher.lastValue(channel, found -> answerOn.execute(() -> answer.accept(found))));
    }

    /** Asks what became of a channel's updates; any thread, answered on the given loop. */
    public void account(String channel, EventLoop answerOn, Consumer<Account> answer) {
        Account[] sum = {Account.NONE};
        int[] outstanding = {shards.size() + 1};
        Consumer<Account> part = account -> answerOn.execute(() -> {
            sum[0] = sum[0].plus(account);
            if (--outstanding[0] == 0) {
                answer.accept(sum[0]);
            }
        });
        shards.forEach((loop, shard) -> loop.execute(() -> part.accept(shard.rooms().account(channel))));
        ingestLoop.execute(() -> part.accept(dispatcher.closedRooms(channel)));
    }

    private Timers timers(EventLoop loop) {
        return (task, delayNanos) -> loop.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
    }

    /** A task that fails goes on with the next tick: without the catch it would never run again. */
    private ScheduledFuture<?> every(EventLoop loop, Runnable task) {
        return loop.scheduleWithFixedDelay(guarded(task), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                timerFaults.error("a timer", fault);
            }
        };
    }
}
