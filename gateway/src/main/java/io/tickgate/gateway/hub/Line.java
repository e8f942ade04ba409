package io.tickgate.gateway.hub;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Those who wait for a slice of a turn, first come, first served: everyone in line gets one a turn, as far as the turn's output
 * allows, and goes to the end of the line if that was not enough. Owned by the shard.
 */
final class Line<T> {
    /** Members of a room that are written to in a slice: some 10 ms. */
    static final int SLICE_MEMBERS = 2_048;

    private final TurnOutput output;
    private final Consumer<T> slice;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();

    /** @param slice serves one, and adds it again if it is to have more */
    Line(TurnOutput output, Consumer<T> slice) {
        this.output = output;
        this.slice = slice;
    }

    void add(T newcomer) {
        waiting.add(newcomer);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Serves everyone once.
     *
     * @param touchedAtMost sessions that the turn may write to before it is time to stop
     * @param atLeastOne whether the first gets its slice however much the turn has collected already
     */
    void serve(int touchedAtMost, boolean atLeastOne) {
        boolean isDue = atLeastOne;
        for (int i = waiting.size(); i > 0 && (isDue || hasTime(touchedAtMost)); i--) {
            isDue = false;
            slice.accept(waiting.poll());
        }
    }

    private boolean hasTime(int touchedAtMost) {
        return output.touched() < touchedAtMost && !output.isEnough();
    }
}
