package io.tickgate.gateway.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

/** What a client has got so far, in order. Filled by the client's thread, read and awaited by the test's. */
final class Inbox {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** An update, or a control message. */
    sealed interface Entry {
        record Updated(Update update) implements Entry {}

        record Control(JsonNode message) implements Entry {}
    }

    private final List<Entry> entries = new ArrayList<>();

    synchronized void add(Update update) {
        entries.add(new Entry.Updated(update));
        notifyAll();
    }

    synchronized void addControl(JsonNode message) {
        entries.add(new Entry.Control(message));
        notifyAll();
    }

    /** Everything in the order it came. */
    synchronized List<Entry> all() {
        return List.copyOf(entries);
    }

    synchronized List<Update> updates() {
        List<Update> updates = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Updated(Update update)) {
                updates.add(update);
            }
        }
        return updates;
    }

    List<Update> updates(String channel) {
        return updates().stream().filter(update -> update.channel().equals(channel)).toList();
    }

    /** Control messages with that {@code op}. */
    synchronized List<JsonNode> controls(String op) {
        List<JsonNode> controls = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Control(JsonNode message) && message.path("op").asText().equals(op)) {
                controls.add(message);
            }
        }
        return controls;
    }

    synchronized void clear() {
        entries.clear();
    }

    List<Update> awaitUpdates(String channel, int count) {
        return await(() -> updates(channel), list -> list.size() >= count, count + " updates of " + channel);
    }

    /** Waits for the update {@code {"n":n}}, and gives all of the channel up to then. */
    List<Update> awaitN(String channel, int n) {
        return await(() -> updates(channel), list -> !list.isEmpty() && list.getLast().n() >= n,
                "n = " + n + " of " + channel);
    }

    List<JsonNode> awaitControls(String op, int count) {
        return await(() -> controls(op), list -> list.size() >= count, count + " messages " + op);
    }

    /** Waits until the gateway says, asked or not, that the client is subscribed to a channel. */
    void awaitJoined(String channel) {
        await(() -> controls("subscribed"), list -> list.stream().anyMatch(each -> each.path("channels")
                .findValuesAsText("channel").contains(channel)), "subscribed to " + channel);
    }

    synchronized <T> T await(Supplier<T> reading, Predicate<T> enough, String what) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        T read = reading.get();
        while (!enough.test(read)) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                throw new AssertionError(
                        "did not get " + what + " but only the last of " + entries.size() + " entries: "
                                + entries.subList(Math.max(0, entries.size() - 10), entries.size()));
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            read = reading.get();
        }
        return read;
    }
}
