package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.tickgate.loadtest.publish.Feed;
import io.tickgate.loadtest.publish.HttpFeed;
import io.tickgate.loadtest.publish.Publisher;
import io.tickgate.loadtest.publish.RedisFeed;
import io.tickgate.loadtest.publish.Schedule;
import io.tickgate.loadtest.swarm.Counts;
import io.tickgate.loadtest.swarm.Swarm;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.swarm.Window;
import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.TickPayload;

/** One run: connect, publish through a warm-up and a window, wait for the last messages, reckon. Used by one thread, once. */
public final class Probe {
    private static final double MICROS = 1e3;
    private static final double SECOND_NS = 1e9;
    private static final double BUSY_LIMIT = 0.9;
    private static final double LAG_LIMIT_MICROS = 1_000;
    private static final double STEAL_LIMIT = 0.05;
    private static final long LEAD_NS = 50_000_000;

    private final ProbeSettings settings;
    private final SwarmSettings swarmSettings;
    private final RunClock clock = RunClock.start();

    public Probe(ProbeSettings settings) {
        this.settings = settings;
        this.swarmSettings = settings.swarm();
    }

    /**
     * Connects only, and waits the window's length.
     *
     * @throws IOException if the server refuses, or a pid is wrong
     */
    public ConnectResult idle() throws IOException, InterruptedException {
        try (Swarm swarm = new Swarm(swarmSettings, clock)) {
            long heapBytes = heapBytes();
            ServerCost before = cost();
            long startNs = clock.nowNs();
            swarm.connect();
            long readyNs = clock.nowNs();
            TimeUnit.MILLISECONDS.sleep(settings.durationMs());
            ServerCost after = cost();
            double heapBytesEach = (heapBytes() - heapBytes) / (double) swarmSettings.connections();
            if (swarm.connected() < swarmSettings.connections()) {
                throw new IOException("of " + swarmSettings.connections() + " connections only " + swarm.connected()
                        + " stayed open");
            }
            return connected(before, after, heapBytesEach, readyNs - startNs);
        }
    }

    /**
     * The whole run.
     *
     * @throws IOException if the server refuses subscribers, or publishing breaks off
     */
    public ProbeResult run() throws IOException, InterruptedException {
        try (Swarm swarm = new Swarm(swarmSettings, clock)) {
            ServerCost before = cost();
            long connectNs = clock.nowNs();
            swarm.connect();
            long readyNs = clock.nowNs();
            TimeUnit.MILLISECONDS.sleep(settings.settleMs());
            ConnectResult connect = connected(before, cost(), 0, readyNs - connectNs);
            try (Feed feed = feed(); HeapAllocation allocation = allocation()) {
                return measure(swarm, feed, connect, allocation);
            }
        }
    }

    /** @param allocation null if nobody is watched */
    private ProbeResult measure(Swarm swarm, Feed feed, ConnectResult connect, HeapAllocation allocation)
            throws IOException, InterruptedException {
        long startNs = clock.nowNs() + LEAD_NS;
        long windowNs = startNs + TimeUnit.MILLISECONDS.toNanos(settings.warmupMs());
        long endNs = windowNs + TimeUnit.MILLISECONDS.toNanos(settings.durationMs());
        Window window = new Window(startNs, windowNs, endNs);
        Schedule schedule = new Schedule(startNs, settings.perSecond(), settings.burst());
        swarm.open(window);
        Publisher publisher = new Publisher(feed, clock, schedule, swarmSettings.channels(),
                new TickPayload(swarmSettings.payloadBytes(), settings.book()), schedule.countBefore(endNs));
        Thread thread = Thread.ofPlatform().name("publisher").start(publisher);
        try {
            sleepUntil(windowNs);
            Sample first = sample(swarm);
            long allocatedBefore = allocation == null ? 0 : allocation.bytes();
            sleepUntil(endNs);
            Sample last = sample(swarm);
            Long allocated = allocation == null ? null : allocation.since(allocatedBefore);
            thread.join();
            if (publisher.failure() != null) {
                throw publisher.failure();
            }
            long[] lastNumbers = publisher.lastNumbers();
            swarm.drain(lastNumbers, settings.drainMs());
            return result(connect, publisher, swarm.finish(lastNumbers), first, last, allocated);
        } finally {
            publisher.stop();
            thread.join();
        }
    }

    private ProbeResult result(ConnectResult connect, Publisher publisher, Counts counts, Sample first, Sample last,
            Long allocated) {
        double elapsedNs = last.atNs() - first.atNs();
        long cpuNs = last.server().cpuNs() - first.server().cpuNs();
        double deliveries = Math.max(1, counts.deliveries());
        var publishing = new ProbeResult.Publishing(publisher.sent(), publisher.refused(),
                Quantiles.of(publisher.lagNs()));
        var received = new ProbeResult.Deliveries(counts.deliveries(), counts.verified(),
                counts.deliveries() / settings.expectedDeliveries(), counts.deliveries() * 1e3 / settings.durationMs(),
                counts.bytes() / deliveries, counts.deliveries() / (double) Math.max(1, counts.reads()));
        var cost = new ProbeResult.Cost(cpuNs / MICROS / deliveries,
                allocated == null ? null : allocated / deliveries, cpuNs / elapsedNs, busiest(first, last),
                last.machine().busySince(first.machine()), last.machine().stealSince(first.machine()));
        return new ProbeResult(settings.label(), swarmSettings.kind(), swarmSettings.coding(),
                swarmSettings.channels().size(),
                swarmSettings.subscriptions(), settings.perSecond(), swarmSettings.payloadBytes(),
                settings.durationMs() / 1e3, connect, publishing, received, ProbeResult.Faults.of(counts),
                Quantiles.of(counts.latencyNs()), cost, doubts(publishing, received, cost), counts.latencyNs());
    }

    private List<String> doubts(ProbeResult.Publishing publishing, ProbeResult.Deliveries deliveries,
            ProbeResult.Cost cost) {
        List<String> doubts = new ArrayList<>();
        if (cost.clientBusy() > BUSY_LIMIT) {
            doubts.add(String.format(Locale.ROOT, "the client was the limit: busy %.0f %% of the window",
                    100 * cost.clientBusy()));
        }
        if (publishing.lagMicros().p99() > LAG_LIMIT_MICROS) {
            doubts.add(String.format(Locale.ROOT, "the publisher was late: p99 %.0f µs", publishing.lagMicros().p99()));
        }
        if (publishing.refused() > 0) {
            doubts.add(publishing.refused() + " messages were refused when published");
        }
        if (deliveries.ratio() < 0.98) {
            doubts.add(String.format(Locale.ROOT, "only %.1f %% of what was due came within the window",
                    100 * deliveries.ratio()));
        }
        if (cost.machineBusy() > BUSY_LIMIT) {
            doubts.add(String.format(Locale.ROOT, "the machine was busy %.0f %% of the window",
                    100 * cost.machineBusy()));
        }
        if (cost.steal() > STEAL_LIMIT) {
            doubts.add(String.format(Locale.ROOT, "the host took %.0f %% of the machine", 100 * cost.steal()));
        }
        return doubts;
    }

    private static double busiest(Sample first, Sample last) {
        long most = 0;
        for (int i = 0; i < first.wantedNs().size(); i++) {
            most = Math.max(most, last.wantedNs().get(i) - first.wantedNs().get(i));
        }
        return Math.min(1, (double) most / (last.atNs() - first.atNs()));
    }

    private ConnectResult connected(ServerCost before, ServerCost after, double heapBytesEach, long elapsedNs) {
        int count = swarmSettings.connections();
        long grown = after.residentBytes() - before.residentBytes();
        return new ConnectResult(count, elapsedNs / SECOND_NS, count * SECOND_NS / elapsedNs, after.residentBytes(),
                grown / (double) count, heapBytesEach, (after.cpuNs() - before.cpuNs()) / MICROS / count);
    }

    private long heapBytes() throws IOException, InterruptedException {
        return settings.serverPid() == 0 ? 0 : LiveHeap.bytes(settings.serverPid());
    }

    private Feed feed() throws IOException {
        return settings.redis() == null
                ? new HttpFeed(swarmSettings.target(), settings.apiKey())
                : new RedisFeed(settings.redis());
    }

    private HeapAllocation allocation() {
        return settings.serverPid() == 0 ? null : HeapAllocation.of(settings.serverPid());
    }

    private ServerCost cost() throws IOException {
        return settings.serverPid() == 0 ? new ServerCost(0, 0) : ServerCost.of(settings.serverPid());
    }

    private record Sample(long atNs, ServerCost server, MachineLoad machine, List<Long> wantedNs) {}

    private Sample sample(Swarm swarm) throws IOException {
        return new Sample(clock.nowNs(), cost(), MachineLoad.now(), swarm.wantedNs());
    }

    private void sleepUntil(long instantNs) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(instantNs - clock.nowNs());
    }
}
