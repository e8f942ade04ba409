package io.tickgate.loadtest.swarm;

import java.util.List;

import io.netty.buffer.ByteBuf;
import org.HdrHistogram.Histogram;

import io.tickgate.loadtest.wire.RunClock;
import io.tickgate.loadtest.wire.SequenceChecker;
import io.tickgate.loadtest.wire.TickScan;

/** The counters of one event loop's subscribers. Owned by that loop, also for reading; one track per subscriber and channel. */
final class Tally {
    private static final Window NOT_YET = new Window(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    private static final long HIGHEST_LATENCY_NS = 60_000_000_000L;

    private final RunClock clock;
    private final TickScan scan;
    private final int channelCount;
    private final int subscriptions;
    private final int[] channelOfTrack;
    private final SequenceChecker sequences;
    private final Histogram latencyNs = new Histogram(1_000, HIGHEST_LATENCY_NS, 3);
    private Window window = NOT_YET;
    private int tracks;
    private long nowNs;
    private long deliveries;
    private long bytes;
    private long reads;
    private long received;
    private long misrouted;
    private long stale;
    private long controls;
    private long gaps;
    private long closed;

    Tally(RunClock clock, SwarmSettings settings, int subscribers) {
        this.clock = clock;
        this.scan = new TickScan(settings.payloadBytes());
        this.channelCount = settings.channels().size();
        this.subscriptions = settings.subscriptions();
        this.channelOfTrack = new int[subscribers * subscriptions];
        this.sequences = new SequenceChecker(channelOfTrack.length);
    }

    /** Gives the next subscriber its tracks; called before its connection is made, by the thread that makes it. */
    int addSubscriber(int firstChannel) {
        int base = tracks;
        for (int i = 0; i < subscriptions; i++) {
            channelOfTrack[tracks++] = (firstChannel + i) % channelCount;
        }
        return base;
    }

    void open(Window opened) {
        window = opened;
    }

    /** Bytes have come on some connection: reads the clock once for all messages in them. */
    void onRead(int count) {
        nowNs = clock.nowNs();
        if (window.holds(nowNs)) {
            reads++;
            bytes += count;
        }
    }

    /** Counts the ticks in one message of the subscriber whose tracks begin at {@code base}; false if it holds none. */
    boolean onMessage(int base, ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && scan.find(in, at, to)) {
            onTick(base);
            at = scan.end();
        }
        return at > from;
    }

    void onControl(String text) {
        controls++;
        if (text.contains("\"op\":\"gap\"")) {
            gaps++;
        }
    }

    void onClosed() {
        closed++;
    }

    /** Ticks so far. */
    long received() {
        return received;
    }

    /** Whether everybody has seen the last number of each channel. */
    boolean reached(long[] lastNumbers) {
        for (int track = 0; track < tracks; track++) {
            if (!sequences.reached(track, lastNumbers[channelOfTrack[track]])) {
                return false;
            }
        }
        return true;
    }

    /** Nothing more will come: what is missing up to the last numbers is lost. */
    Counts finish(long[] lastNumbers) {
        for (int track = 0; track < tracks; track++) {
            sequences.finish(track, lastNumbers[channelOfTrack[track]]);
        }
        return new Counts(deliveries, bytes, reads, received, sequences.lost(), sequences.duplicated(),
                sequences.reordered(), misrouted, stale, controls, gaps, closed, latencyNs.copy());
    }

    static Counts sum(List<Counts> parts) {
        return parts.stream().reduce(Counts::plus).orElseThrow();
    }

    private void onTick(int base) {
        long dueNs = scan.atNs();
        if (dueNs < window.runStartNs()) {
            stale++;
            return;
        }
        int position = scan.channel() - channelOfTrack[base];
        position = position < 0 ? position + channelCount : position;
        if (position < 0 || position >= subscriptions) {
            misrouted++;
            return;
        }
        received++;
        sequences.accept(base + position, scan.number());
        if (window.holds(nowNs)) {
            deliveries++;
        }
        if (window.holds(dueNs)) {
            latencyNs.recordValue(Math.clamp(nowNs - dueNs, 0, HIGHEST_LATENCY_NS));
        }
    }
}
