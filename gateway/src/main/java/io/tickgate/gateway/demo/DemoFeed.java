package io.tickgate.gateway.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.concurrent.Clock;

/**
 * Publishes a lively market to the broker: a dozen symbols, the orders of one user, log lines. Runs on the loop it is given.
 */
public final class DemoFeed {
    /** Whose orders are filled. */
    public static final String USER = "demo";
    private static final String LOG_CHANNEL = "log:demo";
    private static final int TICK_MS = 50;
    /** Of a hundred ticks. */
    private static final int ORDER_CHANCE = 2;
    private static final int LOG_CHANCE = 2;
    private static final List<String> SOURCES = List.of("risk", "router", "pricing", "settlement");
    private static final List<String> STATES = List.of("open", "partial", "filled", "cancelled");

    private final Broker broker;
    private final Clock clock;
    private final SplittableRandom random = new SplittableRandom();
    private final List<RandomWalk> walks = List.of(new RandomWalk("BTC-USD", 97_250, 2),
            new RandomWalk("ETH-USD", 3_480, 2), new RandomWalk("SOL-USD", 212, 2), new RandomWalk("XRP-USD", 2.31, 4),
            new RandomWalk("EUR-USD", 1.0862, 5), new RandomWalk("GBP-USD", 1.2715, 5),
            new RandomWalk("USD-JPY", 151.42, 3), new RandomWalk("XAU-USD", 2_684, 2), new RandomWalk("AAPL", 231.4, 2),
            new RandomWalk("MSFT", 428.9, 2), new RandomWalk("NVDA", 141.7, 2), new RandomWalk("TSLA", 342.1, 2));
    private ScheduledFuture<?> timer;
    private int orders;

    public DemoFeed(Broker broker, Clock clock) {
        this.broker = broker;
        this.clock = clock;
    }

    /** What a page of the demo subscribes to; the user's orders come by themselves. */
    public List<String> channels() {
        List<String> channels = new ArrayList<>();
        for (RandomWalk walk : walks) {
            channels.add("price:" + walk.symbol());
        }
        channels.add(LOG_CHANNEL);
        return channels;
    }

    public void start(ScheduledExecutorService loop) {
        timer = loop.scheduleAtFixedRate(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    public void stop() {
        timer.cancel(false);
    }

    /** About half of the symbols move in each tick. */
    private void tick() {
        long now = clock.timeMs();
        for (RandomWalk walk : walks) {
            if (random.nextBoolean()) {
                publish("price:" + walk.symbol(), walk.next(random, now));
            }
        }
        if (random.nextInt(100) < ORDER_CHANCE) {
            publish("order:" + USER, order(now));
        }
        if (random.nextInt(100) < LOG_CHANCE) {
            publish(LOG_CHANNEL, logLine(now));
        }
    }

    private String order(long now) {
        RandomWalk walk = walks.get(random.nextInt(walks.size()));
        String state = STATES.get(random.nextInt(STATES.size()));
        double quantity = (1 + random.nextInt(200)) / 10.0;
        double filled = switch (state) {
            case "filled" -> quantity;
            case "partial" -> quantity / 2;
            default -> 0;
        };
        return String.format(Locale.ROOT,
                "{\"id\":\"o-%d\",\"symbol\":\"%s\",\"side\":\"%s\",\"type\":\"limit\",\"quantity\":%.2f,\"price\":%s,"
                        + "\"status\":\"%s\",\"filled\":%.2f,\"ts\":%d}",
                ++orders, walk.symbol(), random.nextBoolean() ? "buy" : "sell", quantity, walk.near(random), state,
                filled, now);
    }

    private String logLine(long now) {
        String source = SOURCES.get(random.nextInt(SOURCES.size()));
        int dice = random.nextInt(20);
        String level = dice == 0 ? "error" : dice < 4 ? "warn" : "info";
        String message = switch (level) {
            case "error" -> "venue rejected an order: price outside the band";
            case "warn" -> "quote older than 250 ms on " + walks.get(random.nextInt(walks.size())).symbol();
            default -> "rebalanced " + (1 + random.nextInt(40)) + " positions";
        };
        return String.format(Locale.ROOT, "{\"level\":\"%s\",\"source\":\"%s\",\"message\":\"%s\",\"ts\":%d}", level,
                source, message, now);
    }

    private void publish(String channel, String json) {
        broker.publish(channel, json.getBytes(StandardCharsets.UTF_8));
    }
}
