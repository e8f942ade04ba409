package io.tickgate.loadtest.wire;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * The JSON object that is published: a byte template of constant size whose numbers have constant width and are patched
 * in place. One thread at a time; the array handed out is overwritten by the next {@link #fill}.
 *
 * <p>The record that subscribers look for is {@code "ch":…,"n":…,"at":…}: channel index, the channel's own consecutive
 * number, and the instant at which the message was due. {@code tsNanos} is the wall clock when it was really sent.
 */
public final class TickPayload {
    /** What fills a payload up to its size. */
    public enum Book {
        /** Letters that never change: the cheapest to publish, and far too easy to compress. */
        STILL,
        /** Levels around a price that walks; with each message all prices and half of the sizes change. */
        MOVING
    }

    /** The smallest payload that holds all fields. */
    public static final int MIN_BYTES = 128;
    /** Channel indexes are below this, so that they keep their width. */
    public static final int MAX_CHANNELS = 90_000;

    static final long CHANNEL_OFFSET = 10_000;
    static final long NUMBER_OFFSET = 1_000_000_000;
    static final int CHANNEL_DIGITS = 5;
    static final int NUMBER_DIGITS = 10;
    static final int INSTANT_DIGITS = 19;

    private static final int CHANNEL_AT = "{\"ch\":".length();
    private static final int NUMBER_AT = CHANNEL_AT + CHANNEL_DIGITS + ",\"n\":".length();
    private static final int INSTANT_AT = NUMBER_AT + NUMBER_DIGITS + ",\"at\":".length();
    private static final int TS_AT = INSTANT_AT + INSTANT_DIGITS + ",\"tsNanos\":".length();
    private static final int PRICE_AT = TS_AT + INSTANT_DIGITS + ",\"symbol\":\"BTC-USD\",\"price\":".length();
    private static final int BOOK_AT = PRICE_AT + "50123.45,\"book\":\"".length();

    private static final String LEVEL = "50123.45x00.25;";
    private static final int SIZE_AT = "50123.45x".length();
    private static final int LOWEST_CENTS = 20_000_00;
    private static final int HIGHEST_CENTS = 80_000_00;
    private static final int LARGEST_STEP_CENTS = 25;

    private final byte[] bytes;
    private final int levels;
    /** Seeded: every run publishes the same. */
    private final SplittableRandom random = new SplittableRandom(7);
    private int cents = 50_123_45;

    /** A payload that is the same but for its numbers. */
    public TickPayload(int sizeBytes) {
        this(sizeBytes, Book.STILL);
    }

    /**
     * @param sizeBytes of the whole payload, at least {@link #MIN_BYTES}
     * @throws IllegalArgumentException if it is smaller
     */
    public TickPayload(int sizeBytes, Book book) {
        if (sizeBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a payload has at least " + MIN_BYTES + " bytes, not " + sizeBytes);
        }
        String head = "{\"ch\":" + "0".repeat(CHANNEL_DIGITS) + ",\"n\":" + "0".repeat(NUMBER_DIGITS) + ",\"at\":"
                + "0".repeat(INSTANT_DIGITS) + ",\"tsNanos\":" + "0".repeat(INSTANT_DIGITS)
                + ",\"symbol\":\"BTC-USD\",\"price\":50123.45,\"book\":\"";
        StringBuilder text = new StringBuilder(sizeBytes).append(head);
        levels = book == Book.STILL ? 0 : (sizeBytes - 2 - text.length()) / LEVEL.length();
        text.append(LEVEL.repeat(levels));
        for (int i = 0; text.length() < sizeBytes - 2; i++) {
            text.append((char) ('a' + i * 7 % 26));
        }
        bytes = text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Patches the numbers and returns the template itself.
     *
     * @param channel index from 0
     * @param number consecutive per channel, from 1
     * @param atNs when it was due, ns since 1970
     * @param tsNanos wall clock, ns since 1970
     */
    public byte[] fill(int channel, long number, long atNs, long tsNanos) {
        digits(CHANNEL_AT, CHANNEL_DIGITS, CHANNEL_OFFSET + channel);
        digits(NUMBER_AT, NUMBER_DIGITS, NUMBER_OFFSET + number);
        digits(INSTANT_AT, INSTANT_DIGITS, atNs);
        digits(TS_AT, INSTANT_DIGITS, tsNanos);
        if (levels > 0) {
            move();
        }
        return bytes;
    }

    private void move() {
        int step = random.nextInt(-LARGEST_STEP_CENTS, LARGEST_STEP_CENTS + 1);
        cents = Math.clamp(cents + step, LOWEST_CENTS, HIGHEST_CENTS);
        price(PRICE_AT, cents);
        int worse = 0;
        for (int i = 0; i < levels; i++) {
            int at = BOOK_AT + i * LEVEL.length();
            worse += random.nextInt(1, 10);
            price(at, i < levels / 2 ? cents - worse : cents + worse);
            if (random.nextBoolean()) {
                digits(at + SIZE_AT, 2, random.nextInt(20));
                digits(at + SIZE_AT + 3, 2, random.nextInt(100));
            }
        }
    }

    private void price(int at, int value) {
        digits(at, 5, value / 100);
        digits(at + 6, 2, value % 100);
    }

    private void digits(int at, int width, long value) {
        long rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
