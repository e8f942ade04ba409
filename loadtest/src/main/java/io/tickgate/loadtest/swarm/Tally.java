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
    /** By subscriber: what came, for those whose messages are not looked into; -1 for the others. */
    private final long[] counted;
    private int tracks;
    private long nowNs;
    private long deliveries;
    private long verified;
    private long bytes;
    private long reads;
    private long received;
    private long misrouted;
    private long stale;
    private long controls;
    private long gaps;
    private long closed;
    private long undecodable;

    Tally(RunClock clock, SwarmSettings settings, int subscribers) {
        this.clock = clock;
        this.scan = new TickScan(settings.payloadBytes());
        this.channelCount = settings.channels().size();
        this.subscriptions = settings.subscriptions();
        this.channelOfTrack = new int[subscribers * subscriptions];
        this.counted = new long[subscribers];
        this.sequences = new SequenceChecker(channelOfTrack.length);
    }

    /**
     * Gives the next subscriber its tracks; called before its connection is made, by the thread that makes it.
     *
     * @param verified whether its messages are looked into, rather than counted
     */
    int addSubscriber(int firstChannel, boolean verified) {
        int base = tracks;
        counted[base / subscriptions] = verified ? -1 : 0;
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

    /** A message has come that is not looked into, and holds one tick. */
    void onCounted(int base) {
        if (nowNs < window.runStartNs()) {
            return;
        }
        received++;
        counted[base / subscriptions]++;
        if (window.holds(nowNs)) {
            deliveries++;
        }
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

    /** A compressed stream makes no sense. */
    void onUndecodable() {
        undecodable++;
    }

    /** Ticks so far. */
    long received() {
        return received;
    }

    /** Whether everybody has seen the last number of each channel, or got as many messages as there were. */
    boolean reached(long[] lastNumbers) {
        for (int base = 0; base < tracks; base += subscriptions) {
            if (!reached(base, lastNumbers)) {
                return false;
            }
        }
        return true;
    }

    private boolean reached(int base, long[] lastNumbers) {
        long count = counted[base / subscriptions];
        if (count >= 0) {
            return count >= due(base, lastNumbers);
        }
        for (int track = base; track < base + subscriptions; track++) {
            if (!sequences.reached(track, lastNumbers[channelOfTrack[track]])) {
                return false;
            }
        }
        return true;
    }

    /** Messages of all channels that a subscriber joined. */
    private long due(int base, long[] lastNumbers) {
        long due = 0;
        for (int track = base; track < base + subscriptions; track++) {
            due += lastNumbers[channelOfTrack[track]];
        }
        return due;
    }

    /** Nothing more will come: what is missing up to the last numbers is lost. */
    Counts finish(long[] lastNumbers) {
        long missing = 0;
        for (int track = 0; track < tracks; track++) {
            long count = counted[track / subscriptions];
            if (count < 0) {
                sequences.finish(track, lastNumbers[channelOfTrack[track]]);
            } else if (track % subscriptions == 0) {
                missing += Math.max(0, due(track, lastNumbers) - count);
            }
        }
        return new Counts(deliveries, verified, bytes, reads, received, missing + sequences.lost(),
                sequences.duplicated(),
                sequences.reordered(), misrouted, stale, controls, gaps, closed, undecodable, latencyNs.copy());
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
        boolean isChecked = counted[base / subscriptions] < 0;
        if (isChecked) {
            sequences.accept(base + position, scan.number());
        } else {
            counted[base / subscriptions]++;
        }
        if (window.holds(nowNs)) {
            deliveries++;
            verified += isChecked ? 1 : 0;
        }
        if (window.holds(dueNs)) {
            latencyNs.recordValue(Math.clamp(nowNs - dueNs, 0, HIGHEST_LATENCY_NS));
        }
    }
}
