package io.tickgate.loadtest.attack;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/** What an attack sent and how its connections ended. Owned by its thread; those of several are added up when they have ended. */
final class AttackTally {
    private static final String[] CODES = {"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR",
            "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
            "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"};
    private static final String NO_GOAWAY = "no GOAWAY";

    private final Map<String, Integer> endings = new TreeMap<>();
    private final Histogram framesToEnd = new Histogram(3);
    private long frames;
    private int unended;

    void sent(int count) {
        frames += count;
    }

    long frames() {
        return frames;
    }

    /**
     * The server ended a connection.
     *
     * @param code of its GOAWAY, -1 if none came
     */
    void ended(int code, long framesSent) {
        String name = code < 0 ? NO_GOAWAY : code < CODES.length ? CODES[code] : "code " + code;
        endings.merge(name, 1, Integer::sum);
        framesToEnd.recordValue(framesSent);
    }

    /** Time was up before the server ended it. */
    void unended() {
        unended++;
    }

    void add(AttackTally other) {
        other.endings.forEach((name, count) -> endings.merge(name, count, Integer::sum));
        framesToEnd.add(other.framesToEnd);
        frames += other.frames;
        unended += other.unended;
    }

    /** Connections that the server ended. */
    long ended() {
        return framesToEnd.getTotalCount();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "frames sent           %,d%n", frames));
        text.append(String.format(Locale.ROOT, "connections           %,d, %,d of them ended by the server%n",
                ended() + unended, ended()));
        endings.forEach((name, count) -> text.append(String.format(Locale.ROOT, "  %-20s%,d%n", name, count)));
        if (ended() > 0) {
            text.append(String.format(Locale.ROOT,
                    "frames sent until the end was read   min %,d  p50 %,d  max %,d%n", framesToEnd.getMinValue(),
                    framesToEnd.getValueAtPercentile(50), framesToEnd.getMaxValue()));
        }
        return text.toString();
    }
}
