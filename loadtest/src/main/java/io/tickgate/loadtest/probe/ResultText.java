package io.tickgate.loadtest.probe;

import java.util.Formatter;
import java.util.Locale;

/** Results as aligned text for people. Pure functions. */
final class ResultText {
    private ResultText() {}

    /** @param costed whether a server's process was watched */
    static String of(ConnectResult connect, boolean costed) {
        return connected(new Formatter(Locale.ROOT), connect, costed).toString();
    }

    /** @param costed whether a server's process was watched */
    static String of(ProbeResult result, boolean costed) {
        Formatter out = connected(new Formatter(Locale.ROOT), result.connect(), costed);
        var publishing = result.publishing();
        var deliveries = result.deliveries();
        var faults = result.faults();
        var cost = result.cost();
        out.format("published      %,d messages of %d bytes at %,.0f/s over %d channels, %d refused%n",
                publishing.sent(), result.payloadBytes(), result.perSecond(), result.channels(), publishing.refused());
        quantiles(out.format("publisher lag  "), publishing.lagMicros());
        out.format("delivered      %,d in %.1f s: %,.0f/s, %.2f %% of what was due, %.1f bytes each, %.2f per read%n",
                deliveries.count(), result.windowSeconds(), deliveries.perSecond(), 100 * deliveries.ratio(),
                deliveries.bytesEach(), deliveries.perRead());
        if (deliveries.verified() < deliveries.count()) {
            out.format("verified       %,d of them were decoded and checked, the others counted%n",
                    deliveries.verified());
        }
        out.format(
                "faults         lost %d, duplicated %d, reordered %d, misrouted %d, gaps %d, closed %d, undecodable %d%n",
                faults.lost(), faults.duplicated(), faults.reordered(), faults.misrouted(), faults.gaps(),
                faults.closed(), faults.undecodable());
        quantiles(out.format("latency        "), result.latencyMicros());
        if (costed) {
            out.format("server cost    %.2f µs of CPU per delivery, %.2f cores%n", cost.cpuMicrosPerDelivery(),
                    cost.serverCores());
            if (cost.heapBytesPerDelivery() != null) {
                out.format("allocation     %.3f bytes of heap per delivery%n", cost.heapBytesPerDelivery());
            }
        }
        out.format("client         busy %.0f %% of the window; machine %.0f %% busy, %.1f %% stolen%n",
                100 * cost.clientBusy(), 100 * cost.machineBusy(), 100 * cost.steal());
        result.doubts().forEach(doubt -> out.format("DOUBT          %s%n", doubt));
        return out.toString();
    }

    private static Formatter connected(Formatter out, ConnectResult connect, boolean costed) {
        out.format("connected      %,d in %.2f s (%,.0f/s)%n", connect.connections(), connect.seconds(),
                connect.perSecond());
        if (costed) {
            out.format("server memory  %.1f MiB resident, %+.2f KiB per connection%n",
                    connect.residentBytes() / 1048576.0, connect.residentBytesPerConnection() / 1024);
            if (connect.heapBytesPerConnection() != 0) {
                out.format("server heap    %+.2f KiB per connection after a full collection%n",
                        connect.heapBytesPerConnection() / 1024);
            }
            out.format("connect cost   %.1f µs of CPU per connection%n", connect.cpuMicrosPerConnection());
        }
        return out;
    }

    private static void quantiles(Formatter out, Quantiles micros) {
        out.format("p50 %,.0f, p90 %,.0f, p99 %,.0f, p99.9 %,.0f, max %,.0f µs%n", micros.p50(), micros.p90(),
                micros.p99(), micros.p999(), micros.max());
    }
}
