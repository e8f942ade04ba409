package io.tickgate.gateway.demo;

import java.util.Locale;
import java.util.SplittableRandom;

/** One symbol's price on a geometric random walk. Owned by the feed. */
final class RandomWalk {
    private static final double STEP = 0.0004;
    private static final double HALF_SPREAD = 0.00005;

    private final String symbol;
    private final int decimals;
    private double price;
    private double volume;

    RandomWalk(String symbol, double start, int decimals) {
        this.symbol = symbol;
        this.price = start;
        this.decimals = decimals;
    }

    String symbol() {
        return symbol;
    }

    /** Takes a step and tells the price after it as JSON. */
    String next(SplittableRandom random, long timeMs) {
        price *= Math.exp(STEP * random.nextGaussian());
        double traded = Math.abs(random.nextGaussian());
        volume += traded;
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT,
                "{\"symbol\":\"%s\",\"price\":" + number + ",\"bid\":" + number + ",\"ask\":" + number
                        + ",\"volume\":%.2f,\"ts\":%d}",
                symbol, price, price * (1 - HALF_SPREAD), price * (1 + HALF_SPREAD), volume, timeMs);
    }

    /** A price near the present one, rounded as the symbol's prices are. */
    String near(SplittableRandom random) {
        return String.format(Locale.ROOT, "%." + decimals + "f", price * (1 + STEP * random.nextGaussian()));
    }
}
