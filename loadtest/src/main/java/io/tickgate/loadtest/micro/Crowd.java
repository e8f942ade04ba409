package io.tickgate.loadtest.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.session.Session;

/** Sessions of one hub that are all subscribed to the same channels of kind {@code price}. Used by one thread. */
final class Crowd implements AutoCloseable {
    private static final int PAYLOAD_BYTES = 200;

    private final MicroHub hub = new MicroHub();
    private final List<String> channels;
    private final List<CountingOutlet> outlets = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final byte[][] ticks = Updates.ticks(PAYLOAD_BYTES);
    private int next;

    /**
     * @param intervalMs one delivery per so many milliseconds, 0 for each update
     * @param areSlow whether connections take what was written only by {@link #takeAll()}
     */
    Crowd(int channelCount, int size, int intervalMs, boolean areSlow) {
        channels = IntStream.range(0, channelCount).mapToObj(i -> "price:MICRO-" + i).toList();
        for (int i = 0; i < size; i++) {
            CountingOutlet outlet = new CountingOutlet(areSlow);
            outlets.add(outlet);
            sessions.add(hub.open("micro-" + i, outlet, channels, intervalMs));
        }
        hub.turn();
    }

    /** One update on each channel, in one turn of the loop. */
    void publish() {
        for (int i = 0; i < channels.size(); i++) {
            hub.publish(channels.get(i), ticks[next++ & (ticks.length - 1)]);
        }
        hub.turn();
    }

    /** Lets the time pass, and what is due in it happen. */
    void pass(int ms) {
        hub.pass(ms);
    }

    /** Every connection has taken what was pending, and is given what it lacks. */
    void takeAll() {
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).take();
            hub.shard().drained(sessions.get(i));
        }
        hub.turn();
    }

    /** Bytes written to all connections. */
    long bytes() {
        return outlets.stream().mapToLong(CountingOutlet::bytes).sum();
    }

    /** Updates written to connections. */
    long deliveries() {
        return hub.count(Counter.DELIVERIES);
    }

    @Override
    public void close() {
        hub.close();
    }
}
