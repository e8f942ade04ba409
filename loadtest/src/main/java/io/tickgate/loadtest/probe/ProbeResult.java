package io.tickgate.loadtest.probe;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.HdrHistogram.Histogram;

import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Counts;
import io.tickgate.loadtest.swarm.Kind;

/**
 * What one run of the probe found. Times are in the unit of their name, shares from 0 to 1. Immutable.
 *
 * @param windowSeconds the measured stretch
 * @param latencyMicros receipt minus the instant at which the message was due
 * @param doubts reasons to distrust the figures; empty is good
 */
public record ProbeResult(String label, Kind kind, Coding coding, int channels, int subscriptions, double perSecond,
        int payloadBytes,
        double windowSeconds, ConnectResult connect, Publishing publishing, Deliveries deliveries, Faults faults,
        Quantiles latencyMicros, Cost cost, List<String> doubts, @JsonIgnore Histogram latencyNs) {

    /**
     * @param sent in the whole run
     * @param refused by Redis or the gateway
     * @param lagMicros how late messages were handed to the publisher's socket
     */
    public record Publishing(long sent, long refused, Quantiles lagMicros) {}

    /**
     * Ticks received within the window.
     *
     * @param verified those that were decoded and checked; only they have a latency
     * @param ratio over those due
     * @param bytesEach received by the clients, HTTP and framing included
     * @param perRead how many came with one read of a client's socket
     */
    public record Deliveries(long count, long verified, double ratio, double perSecond, double bytesEach,
            double perRead) {}

    /** What must be 0, of the whole run. */
    public record Faults(long lost, long duplicated, long reordered, long misrouted, long gaps, long closed,
            long undecodable) {
        static Faults of(Counts counts) {
            return new Faults(counts.lost(), counts.duplicated(), counts.reordered(), counts.misrouted(), counts.gaps(),
                    counts.closed(), counts.undecodable());
        }

        /** Whether every tick came once, in order, to whom it should, and nobody was put out. */
        @JsonIgnore
        public boolean none() {
            return lost + duplicated + reordered + misrouted + gaps + closed + undecodable == 0;
        }
    }

    /**
     * @param cpuMicrosPerDelivery the server's CPU within the window over the deliveries in it; 0 without a pid
     * @param heapBytesPerDelivery what the server's threads allocated within the window, publications included, over the
     *     deliveries in it; null without a pid or if that is no JVM
     * @param serverCores the server's CPU over the window's length
     * @param clientBusy share of the window in which the busiest loop of the swarm ran or waited for a processor
     * @param machineBusy of all processors
     * @param steal taken by the host
     */
    public record Cost(double cpuMicrosPerDelivery, Double heapBytesPerDelivery, double serverCores, double clientBusy,
            double machineBusy,
            double steal) {}

    /** One line of JSON. */
    public String toJson() {
        try {
            return JsonMapper.builder().build().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers is always JSON", e);
        }
    }
}
