package io.tickgate.loadtest.wire;

import io.netty.buffer.ByteBuf;

/**
 * Finds the records of {@link TickPayload} in received bytes, whatever envelope a server put around them: a byte scan without
 * parser or allocation. One per event loop; it remembers where the last record began, since the next is nearly always there.
 */
public final class TickScan {
    private static final int KEY = 0x22636822; // "ch"
    private static final int AFTER_CHANNEL = 0x2c226e22; // ,"n"
    private static final int AFTER_NUMBER = 0x2c226174; // ,"at
    private static final int NUMBER_AT = 5 + TickPayload.CHANNEL_DIGITS + 5;
    private static final int INSTANT_AT = NUMBER_AT + TickPayload.NUMBER_DIGITS + 6;
    private static final int RECORD_BYTES = INSTANT_AT + TickPayload.INSTANT_DIGITS;

    private final int payloadBytes;
    private int usualOffset;
    private int channel;
    private long number;
    private long atNs;
    private int end;

    /** @param payloadBytes the size of each payload, to skip its rest */
    public TickScan(int payloadBytes) {
        this.payloadBytes = payloadBytes;
    }

    /** Whether there is a record in {@code [from, to)}; its values are then readable until the next call. */
    public boolean find(ByteBuf in, int from, int to) {
        int at = from + usualOffset;
        if (!startsAt(in, at, to)) {
            at = search(in, from, to);
            if (at < 0) {
                return false;
            }
            usualOffset = at - from;
        }
        channel = (int) (number(in, at + 5, TickPayload.CHANNEL_DIGITS) - TickPayload.CHANNEL_OFFSET);
        number = number(in, at + NUMBER_AT, TickPayload.NUMBER_DIGITS) - TickPayload.NUMBER_OFFSET;
        atNs = number(in, at + INSTANT_AT, TickPayload.INSTANT_DIGITS);
        end = at - 1 + payloadBytes;
        return true;
    }

    /** The channel's index. */
    public int channel() {
        return channel;
    }

    /** The channel's own consecutive number. */
    public long number() {
        return number;
    }

    /** When the message was due, ns since 1970. */
    public long atNs() {
        return atNs;
    }

    /** Index behind the payload: where to look for another record. */
    public int end() {
        return end;
    }

    private static boolean startsAt(ByteBuf in, int at, int to) {
        return at + RECORD_BYTES <= to && in.getInt(at) == KEY && in.getByte(at + 4) == ':'
                && in.getInt(at + 5 + TickPayload.CHANNEL_DIGITS) == AFTER_CHANNEL
                && in.getInt(at + NUMBER_AT + TickPayload.NUMBER_DIGITS) == AFTER_NUMBER;
    }

    private static int search(ByteBuf in, int from, int to) {
        int last = to - RECORD_BYTES;
        int at = from;
        while (at <= last) {
            at = in.indexOf(at, last + 1, (byte) '"');
            if (at < 0) {
                return -1;
            }
            if (startsAt(in, at, to)) {
                return at;
            }
            at++;
        }
        return -1;
    }

    private static long number(ByteBuf in, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            value = value * 10 + in.getByte(i) - '0';
        }
        return value;
    }
}
