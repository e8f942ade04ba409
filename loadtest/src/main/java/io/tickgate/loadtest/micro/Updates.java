package io.tickgate.loadtest.micro;

import java.nio.charset.StandardCharsets;

import io.tickgate.loadtest.wire.TickPayload;

/** Payloads to publish, made beforehand, so that nothing of making them is measured. The same in every run. */
final class Updates {
    /** So many that what repeats after them is beyond the window of every compressor. */
    private static final int COUNT = 512;

    private static final int LEVEL_BYTES = ",[50122.45,0.10]".length();

    private Updates() {}

    /** Ticks of a book that moves, {@value #COUNT} of them: a power of two. */
    static byte[][] ticks(int payloadBytes) {
        TickPayload template = new TickPayload(payloadBytes, TickPayload.Book.MOVING);
        byte[][] ticks = new byte[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            long instantNs = HandClock.BEGIN_MS * 1_000_000 + i;
            ticks[i] = template.fill(0, i + 1, instantNs, instantNs).clone();
        }
        return ticks;
    }

    /** A book as arrays of numbers, where the tick has most of it in one text. */
    static byte[] levels(int payloadBytes) {
        StringBuilder json = new StringBuilder("{\"symbol\":\"BTC-USD\",\"ts\":").append(HandClock.BEGIN_MS)
                .append(",\"bids\":[[50123.45,0.25]");
        String end = "],\"note\":\"";
        String last = "\"}";
        int level = 0;
        while (json.length() + LEVEL_BYTES + end.length() + last.length() <= payloadBytes) {
            json.append(",[").append(50_122 - level).append(".45,0.").append(10 + level % 90).append(']');
            level++;
        }
        json.append(end).repeat('x', payloadBytes - json.length() - last.length()).append(last);
        return json.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
